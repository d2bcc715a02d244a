Many points in one command.

$ scmoesim sweep --vary /tokens=1Ki,2Ki --vary /model/experts=8,16 --dry-run
| point,/tokens,/model/experts
| 0,1024,8
| 1,1024,16
| 2,2048,8
| 3,2048,16
! scmoesim sweep: 4 points
$ scmoesim sweep --vary /model/exprts=8,16 --dry-run 2>&1 | sed 's/^scmoesim: .*models/models/'
| models/moe/swinv2-moe-s.json: /: unknown member "exprts"; did you mean "experts"? (set: /model/exprts=8)
$ scmoesim sweep --vary /routing/exponent=0..1:3 --dry-run
! scmoesim: routing: /exponent is for zipf loads, the load is balanced
[3]
$ scmoesim sweep --schedule top2,scmoe-pos2 --vary /tokens=1Ki,2Ki --quiet | cut -d, -f1-11
| /tokens,point,rows,model,topology,mode,schedule,ranks,ep,tokens_per_rank,pair_time_s
| 1024,0,2,swinv2-moe-s,8xa30-pcie,inference,top2,8,8,1024,0.0010016921205667597
| 1024,0,2,swinv2-moe-s,8xa30-pcie,inference,scmoe-pos2,8,8,1024,0.00070982116256731044
| 2048,1,2,swinv2-moe-s,8xa30-pcie,inference,top2,8,8,2048,0.0015611170044629856
| 2048,1,2,swinv2-moe-s,8xa30-pcie,inference,scmoe-pos2,8,8,2048,0.00098637508846408724

A point that fails has its error in its row; the sweep goes on and says so.

$ scmoesim sweep --schedule top2 --vary /model/experts=8,3 --quiet | cut -d, -f1-8,46-48
| /model/experts,point,rows,model,topology,mode,schedule,ranks,attention_time_s,mlp_time_s,shared_expert_time_s
| 8,0,1,swinv2-moe-s,8xa30-pcie,inference,top2,8,,0.00066051826983205353,0.00057265386574739219
| 3,1,1,,,,,,,,
! scmoesim sweep: 1 of 2 points failed; column "error" says why

Costs vary as well: factors on the time of a kind, measured or not. All compute twice as fast takes half.

$ scmoesim sweep --schedule top2 --vary /costs/time_ratio/all=1,0.5 --set /topology/all_to_all/sm_share_ratio=0 --quiet -o half.csv
$ awk -F, 'NR == 1 { for (i = 1; i <= NF; i++) if ($i == "compute_time_s") c = i } NR > 1 { print $1, $c / (first ? first : first = $c) }' half.csv
| 1 1
| 0.5 0.5
$ rm half.csv

A sweep that cannot work at all is refused, as are sweeps that are none.

$ scmoesim sweep --vary /model/expert=8,16 -o out.csv
! scmoesim: data/models/moe/swinv2-moe-s.json: /: unknown member "expert"; did you mean "experts"? (set: /model/expert=8)
[3]
$ scmoesim sweep --vary /modl/experts=8,16
! scmoesim: cannot vary "/modl/experts": expected a member such as /model/experts (or of /topology, /gpu, /schedule, /routing, /costs), or one of /model, /topology, /schedule, /baseline, /costs, /mode, /tokens, /ep; did you mean "model"?
[3]
$ scmoesim sweep
! scmoesim sweep: expected a file, or --vary /POINTER=VALUES
! Try 'scmoesim sweep --help'.
[2]
$ scmoesim sweep own.json --vary /tokens=1
! scmoesim sweep: expected a file or --vary, got both
! Try 'scmoesim sweep --help'.
[2]
$ scmoesim sweep tokns
! scmoesim: unknown sweep "tokns"; did you mean "tokens"?; known: experts-top-k, internode-bandwidth, pcie-generation, sm-share, tokens
[3]
$ scmoesim sweep --vary /tokens=1,2 --zip --samples 3
! scmoesim sweep: --zip and --samples exclude each other
! Try 'scmoesim sweep --help'.
[2]
$ scmoesim sweep --vary /tokens=1,2 --seed 3
| /tokens,point,rows,model,topology,mode,schedule,ranks,ep,tokens_per_rank,pair_time_s,speedup_ratio,end_to_end_time_s,end_to_end_speedup_ratio,compute_time_s,a2a_time_s,exposed_a2a_s,exposed_dispatch_s,exposed_combine_s,overlap_ratio,a2a_bound_ratio,limited_by,a2a_share_of_moe_ratio,a2a_algorithm,backward_a2a_algorithm,routing,draws,pair_time_p10_s,pair_time_p50_s,pair_time_p90_s,load_imbalance_ratio,dropped_ratio,slot,chunks,backward_slot,backward_chunks,eq11_slot,gradient_tail_s,optimizer_s,measured_ratio,pair_uncertainty_ratio,speedup_uncertainty_ratio,peak_memory_bytes,simulated_ranks,node_network_bytes_per_s,attention_time_s,mlp_time_s,shared_expert_time_s,gate_time_s,encode_time_s,expert_time_s,decode_time_s,norm_time_s,residual_time_s,qkv_projection_time_s,attention_core_time_s,output_projection_time_s,lm_head_time_s,error,sweep
| 1,0,13,swinv2-moe-s,8xa30-pcie,inference,top2,8,8,1,0.000451632262500686,1,0.0045802196799174149,1,2.969356419115406e-05,0.0004219386983095319,0.0004219386983095319,0.00021096934915476595,0.00021096934915476598,0,306.04137345197813,"All-to-All setup 93 % (dispatch, combine)",0.97668895885920892,pairwise,,,,,,,,,,1,,,,,,0,0.1295,0,94316544,8,,1.2323359598600758e-05,7.2996183880428257e-06,0,2.7100020022849611e-06,9.1533277774830717e-07,5.527659800007073e-06,9.1759162447013591e-07,0,0,0,0,0,0,,f2da5a2dda3a15da/2
| 1,0,13,swinv2-moe-s,8xa30-pcie,inference,top1,8,8,1,0.00045141673324677526,1.0004774507412708,0.004578180303610682,1.0004454556551923,2.9667384003447512e-05,0.00042174934924332774,0.00042174934924332774,0.00021087467462166387,0.00021087467462166387,0,354.60517423941491,"All-to-All setup 93 % (dispatch, combine)",0.97673795441818578,pairwise,,,,,,,,,,1,,,,,,0,0.1295,0.1293,94316544,8,,1.2323359598600758e-05,7.2996183880428257e-06,0,2.709994935396864e-06,9.0985678569534015e-07,5.5113776898342776e-06,9.1317660587744709e-07,0,0,0,0,0,0,,f2da5a2dda3a15da/2
| 1,0,13,swinv2-moe-s,8xa30-pcie,inference,top3,8,8,1,0.00045184779175459668,0.99952300474220812,0.0045822590566788942,0.99955494075383911,2.9719744378860632e-05,0.00042212804737573606,0.00042212804737573606,0.00021106402368786803,0.00021106402368786803,0,269.20618870377132,"All-to-All setup 93 % (dispatch, combine)",0.97664001216358298,pairwise,,,,,,,,,,1,,,,,,0,0.1295,0.1293,94316544,8,,1.2323359598600758e-05,7.2996183880428257e-06,0,2.7100090691730548e-06,9.208087698012742e-07,5.5439419101798414e-06,9.2200664306287894e-07,0,0,0,0,0,0,,f2da5a2dda3a15da/2
| 1,0,13,swinv2-moe-s,8xa30-pcie,inference,top2-pipelined,8,8,1,0.00086766460287780245,0.5205147945447437,0.0087323428557895683,0.52451212183918272,3.5413613962237354e-05,0.00084349869848665548,0.00083225098891556509,0.00041612549445778254,0.00041612549445778254,0.01333459030970674,354.60517423941491,"All-to-All setup 97 % (dispatch, combine)",0.98162360995033693,pairwise,,,,,,,,,,2,,,,,,0,0.1295,0.1293,94316544,8,,1.2323359598600758e-05,7.2996183880428257e-06,0,2.7100020022849611e-06,9.1533277774830717e-07,1.1247709571090371e-05,9.1759162447013591e-07,0,0,0,0,0,0,,f2da5a2dda3a15da/2
| 1,0,13,swinv2-moe-s,8xa30-pcie,inference,top1-pipelined,8,8,1,0.00086746535618881194,0.52063435073064057,0.0087304352059649499,0.52462673072563926,3.5370487088432639e-05,0.00084330934987519868,0.00083209486910037936,0.00041604743455018968,0.00041604743455018962,0.013298181475728921,385.18724359164486,"All-to-All setup 97 % (dispatch, combine)",0.9816688395683818,pairwise,,,,,,,,,,2,,,,,,0,0.1295,0.1293,94316544,8,,1.2323359598600758e-05,7.2996183880428257e-06,0,2.709994935396864e-06,9.0985678569534015e-07,1.1214480774819402e-05,9.1317660587744709e-07,0,0,0,0,0,0,,f2da5a2dda3a15da/2
| 1,0,13,swinv2-moe-s,8xa30-pcie,inference,shared,8,8,1,0.00045781801874343169,0.98648861340205951,0.0046505183629721291,0.98488368874866961,3.6068669500103964e-05,0.00042174934924332774,0.00042174934924332774,0.00021087467462166387,0.00021087467462166387,0,354.60517423941491,"All-to-All setup 92 % (dispatch, combine)",0.9767280449557223,pairwise,,,,,,,,,,1,,,,,,0,0.1295,0.1293,124987392,8,,1.2323359598600758e-05,7.2996183880428257e-06,6.3969047030140264e-06,2.709994935396864e-06,9.0985678569534015e-07,5.5113776898343047e-06,9.1755739951984239e-07,0,0,0,0,0,0,,f2da5a2dda3a15da/2
| 1,0,13,swinv2-moe-s,8xa30-pcie,inference,shared-overlap,8,8,1,0.00045142111404041771,1.0004677416578467,0.0045782219211502858,1.0004363612777047,3.6199218575675676e-05,0.0004217493492433278,0.00041522189546474203,0.00021087467462166387,0.00020434722084307816,0.01547709270991604,354.60517423941496,"All-to-All setup 93 % (dispatch, combine)",0.9767280449557223,pairwise,,,,,,,,,1,1,,,1,,,0,0.1295,0.1293,124987392,8,,1.2323359598600758e-05,7.2996183880428257e-06,6.5274537785857661e-06,2.709994935396864e-06,9.0985678569534015e-07,5.5113776898342776e-06,9.1755739951984239e-07,0,0,0,0,0,0,,f2da5a2dda3a15da/2
| 1,0,13,swinv2-moe-s,8xa30-pcie,inference,scmoe-pos1,8,8,1,0.00044525943424111728,1.0143126181490805,0.0045374911024512986,1.0094167848490179,3.6324967143008311e-05,0.00042174934924332774,0.00040893446709810896,0.00021087467462166387,0.00019805979247644508,0.030385066789576087,354.60517423941491,"All-to-All setup 94 % (dispatch, combine)",0.97672804495572241,pairwise,,,,,,,,,1,1,,,1,,,0,0.1295,0.1293,124987392,8,,1.2449108165933427e-05,7.2996183880428257e-06,6.527453778585739e-06,2.709994935396864e-06,9.0985678569534015e-07,5.5113776898342776e-06,9.1755739951984239e-07,0,0,0,0,0,0,,f2da5a2dda3a15da/2
| 1,0,13,swinv2-moe-s,8xa30-pcie,inference,scmoe-pos2,8,8,1,0.00043795981585307442,1.0312184957448205,0.0044717945369589143,1.0242464500688433,3.6473938946845921e-05,0.00042174934924332774,0.00040148587690622849,0.00021087467462166387,0.00019061120228456462,0.04804624446594763,354.60517423941491,"All-to-All setup 96 % (dispatch, combine)",0.97672804495572241,pairwise,,,,,,,,,1,1,,,1,,,0,0.1295,0.1293,124987392,8,,1.2449108165933427e-05,7.4485901918804347e-06,6.527453778585739e-06,2.7099949353968648e-06,9.0985678569534015e-07,5.5113776898342776e-06,9.1755739951984239e-07,0,0,0,0,0,0,,f2da5a2dda3a15da/2
| 1,0,13,swinv2-moe-s,8xa30-pcie,inference,scmoe-pos3,8,8,1,0.0004317981360537741,1.0459337935734903,0.00441633941876521,1.0371077142431289,3.6599687514178624e-05,0.00042174934924332774,0.00039519844853959547,0.00021087467462166387,0.0001843237739179316,0.062954218545607676,354.60517423941496,"All-to-All setup 97 % (dispatch, combine)",0.9767280449557223,pairwise,,,,,,,,,1,1,,,1,,,0,0.1295,0.1293,124987392,8,,1.2574856733266096e-05,7.4485901918804347e-06,6.5274537785857661e-06,2.7099949353968644e-06,9.0985678569533973e-07,5.5113776898342776e-06,9.1755739951984239e-07,0,0,0,0,0,0,,f2da5a2dda3a15da/2
| 1,0,13,swinv2-moe-s,8xa30-pcie,inference,scmoe2,8,8,1,0.00043817534510698521,1.0307112610145035,0.0044737343002441109,1.0238023477763294,3.6500119134552497e-05,0.00042193869830953196,0.00040167522597243271,0.00021096934915476595,0.00019070587681766676,0.048024683249684008,306.04137345197813,"All-to-All setup 96 % (dispatch, combine)",0.97667905483735706,pairwise,,,,,,,,,1,1,,,1,,,0,0.1295,0.1293,124987392,8,,1.2449108165933427e-05,7.4485901918804347e-06,6.5274537785857661e-06,2.7100020022849603e-06,9.1533277774830548e-07,5.527659800007073e-06,9.2197241811253121e-07,0,0,0,0,0,0,,f2da5a2dda3a15da/2
| 1,0,13,swinv2-moe-s,8xa30-pcie,inference,dgmoe,8,8,1,0.00086522057701118676,0.52198511512613588,0.0083025145105119214,0.55166656729335906,3.9151623329057225e-05,0.00084349869848665548,0.00082606895368212948,0.00042174934924332774,0.00040431960443880179,0.020663629755205526,354.60517423941491,"All-to-All setup 97 % (dispatch, combine)",0.97768314526350097,pairwise,,,,,,,,,1,1,,,,,,0,0.1295,0.1293,94316544,8,,1.2449108165933427e-05,7.4485901918804347e-06,0,5.4752958898834619e-06,1.8382820772211882e-06,1.1022755379668582e-05,9.1759162447013591e-07,0,0,0,0,0,0,,f2da5a2dda3a15da/2
| 1,0,13,swinv2-moe-s,8xa30-pcie,inference,scmoe-pos2-pipelined,8,8,1,0.0008540084387951111,0.52883817300198721,0.0082162321434372434,0.55745986724290508,4.2177042031831018e-05,0.00084330934987519868,0.00081183139676328005,0.00041604743455018968,0.00039578396221309043,0.037326697630682082,385.18724359164491,"All-to-All setup 98 % (dispatch, combine)",0.98166383353573572,pairwise,,,,,,,,,1,2,,,,,,0,0.1295,0.1293,124987392,8,,1.24491081659334e-05,7.4485901918804618e-06,6.5274537785857661e-06,2.7099949353968648e-06,9.0985678569534015e-07,1.1214480774819402e-05,9.1755739951978818e-07,0,0,0,0,0,0,,f2da5a2dda3a15da/2
| 2,1,13,swinv2-moe-s,8xa30-pcie,inference,top2,8,8,2,0.00045212353828667014,1,0.0045852938225701472,1,2.9806141844729957e-05,0.00042231739644194022,0.00042231739644194022,0.00021115869822097011,0.00021115869822097008,0,240.30855218413436,"All-to-All setup 93 % (dispatch, combine)",0.97655522230066338,pairwise,,,,,,,,,,1,,,,,,0,0.1295,0,94341120,8,,1.234687820218367e-05,7.3204233065969396e-06,0,2.7127675111597945e-06,9.306655554966128e-07,5.5602240203526368e-06,9.3518324894030416e-07,0,0,0,0,0,0,,f2da5a2dda3a15da/2
| 2,1,13,swinv2-moe-s,8xa30-pcie,inference,top1,8,8,2,0.00045169247977884877,1.0009543185399774,0.0045811825052815905,1.0008974358222613,2.9753781469316891e-05,0.0004219386983095319,0.0004219386983095319,0.00021096934915476595,0.00021096934915476592,0,306.04137345197807,"All-to-All setup 93 % (dispatch, combine)",0.97665302749037708,pairwise,,,,,,,,,,1,,,,,,0,0.1295,0.1293,94341120,8,,1.234687820218367e-05,7.3204233065969396e-06,0,2.7127533773836037e-06,9.1971357139067876e-07,5.527659800007073e-06,9.2635321175492651e-07,0,0,0,0,0,0,,f2da5a2dda3a15da/2
| 2,1,13,swinv2-moe-s,8xa30-pcie,inference,top3,8,8,2,0.00045257087935941174,0.99901155577359557,0.0045895191187226405,0.99907935972305761,2.9874784330315873e-05,0.00042269609502909589,0.00042269609502909589,0.00021134804751454794,0.00021134804751454792,0,197.882659445754,"All-to-All setup 93 % (dispatch, combine)",0.97642088598062537,pairwise,,,,,,,,,,1,,,,,,0,0.1295,0.1293,94341120,8,,1.234687820218367e-05,7.3204233065969396e-06,0,2.7127816449359854e-06,9.4161753960254684e-07,5.609070350870996e-06,9.4401328612573601e-07,0,0,0,0,0,0,,f2da5a2dda3a15da/2
| 2,1,13,swinv2-moe-s,8xa30-pcie,inference,top2-pipelined,8,8,2,0.00086812331444344117,0.52080566293341535,0.0087370513791359215,0.52481021612392353,3.5526856191738688e-05,0.0008438773966190638,0.00083259645825170254,0.00041629822912585122,0.00041629822912585127,0.013367982615196894,306.04137345197813,"All-to-All setup 97 % (dispatch, combine)",0.98155301495540037,pairwise,,,,,,,,,,2,,,,,,0,0.1295,0.1293,94341120,8,,1.234687820218367e-05,7.3204233065969396e-06,0,2.7127675111597945e-06,9.306655554966128e-07,1.1280938367361367e-05,9.3518324894030416e-07,0,0,0,0,0,0,,f2da5a2dda3a15da/2
| 2,1,13,swinv2-moe-s,8xa30-pcie,inference,top1-pipelined,8,8,2,0.00086772482015596533,0.52104483793076839,0.0087332558270739515,0.52503830339600099,3.5473831240400192e-05,0.00084349869848665548,0.0008322509889155652,0.0004161254944577826,0.00041612549445778254,0.013334590309706629,354.60517423941496,"All-to-All setup 97 % (dispatch, combine)",0.98160545378690001,pairwise,,,,,,,,,,2,,,,,,0,0.1295,0.1293,94341120,8,,1.234687820218367e-05,7.3204233065969396e-06,0,2.7127533773836037e-06,9.1971357139067876e-07,1.1247709571090371e-05,9.2635321175492651e-07,0,0,0,0,0,0,,f2da5a2dda3a15da/2
| 2,1,13,swinv2-moe-s,8xa30-pcie,inference,shared,8,8,2,0.00045811623730267285,0.9869188242458139,0.0046537340489011293,0.98529348140400441,3.6177538993140948e-05,0.0004219386983095319,0.0004219386983095319,0.00021096934915476595,0.00021096934915476595,0,306.04137345197807,"All-to-All setup 92 % (dispatch, combine)",0.97663322110491091,pairwise,,,,,,,,,,1,,,,,,0,0.1295,0.1293,125011968,8,,1.234687820218367e-05,7.3204233065969396e-06,6.4149959365393441e-06,2.7127533773836037e-06,9.1971357139067876e-07,5.5276598000070459e-06,9.351147990396629e-07,0,0,0,0,0,0,,f2da5a2dda3a15da/2
| 2,1,13,swinv2-moe-s,8xa30-pcie,inference,shared-overlap,8,8,2,0.0004517012413661335,1.0009349031657726,0.0045812657403607963,1.0008792509401634,3.6308457277560143e-05,0.0004219386983095319,0.00041539278408857336,0.00021096934915476595,0.00020442343493380741,0.015513898694725747,306.04137345197807,"All-to-All setup 93 % (dispatch, combine)",0.97663322110491091,pairwise,,,,,,,,,1,1,,,1,,,0,0.1295,0.1293,125011968,8,,1.234687820218367e-05,7.3204233065969396e-06,6.5459142209585116e-06,2.7127533773836037e-06,9.1971357139067876e-07,5.527659800007073e-06,9.351147990396629e-07,0,0,0,0,0,0,,f2da5a2dda3a15da/2
| 2,1,13,swinv2-moe-s,8xa30-pcie,inference,scmoe-pos1,8,8,2,0.0004455278022650417,1.0148043197037222,0.0045404381335624492,1.0098791543212822,3.6434445830643667e-05,0.0004219386983095319,0.00040909335643439802,0.00021096934915476595,0.00019812400727963207,0.03044362113880017,306.04137345197807,"All-to-All setup 94 % (dispatch, combine)",0.9766332211049108,pairwise,,,,,,,,,1,1,,,1,,,0,0.1295,0.1293,125011968,8,,1.2472866755267174e-05,7.3204233065969396e-06,6.5459142209585387e-06,2.7127533773836037e-06,9.1971357139067876e-07,5.527659800007073e-06,9.351147990396629e-07,0,0,0,0,0,0,,f2da5a2dda3a15da/2
| 2,1,13,swinv2-moe-s,8xa30-pcie,inference,scmoe-pos2,8,8,2,0.00043820737895844478,1.0317570173311597,0.0044745543238030767,1.0247487214934401,3.6583842224655813e-05,0.0004219386983095319,0.00040162353673378897,0.00021096934915476595,0.00019065418757902301,0.048147187392704738,306.04137345197813,"All-to-All setup 96 % (dispatch, combine)",0.97663322110491069,pairwise,,,,,,,,,1,1,,,1,,,0,0.1295,0.1293,125011968,8,,1.2472866755267174e-05,7.4698197006091123e-06,6.5459142209585116e-06,2.712753377383602e-06,9.1971357139067876e-07,5.527659800007073e-06,9.351147990396629e-07,0,0,0,0,0,0,,f2da5a2dda3a15da/2
| 2,1,13,swinv2-moe-s,8xa30-pcie,inference,scmoe-pos3,8,8,2,0.00043203393985735298,1.0465000468156511,0.004418993371893251,1.037633107063396,3.6709830777739344e-05,0.00042193869830953196,0.00039532410907961363,0.00021096934915476595,0.00018435475992484768,0.06307690983677916,306.04137345197813,"All-to-All setup 97 % (dispatch, combine)",0.9766332211049108,pairwise,,,,,,,,,1,1,,,1,,,0,0.1295,0.1293,125011968,8,,1.2598855308350678e-05,7.4698197006091123e-06,6.5459142209585387e-06,2.7127533773836024e-06,9.1971357139067961e-07,5.527659800007073e-06,9.351147990396629e-07,0,0,0,0,0,0,,f2da5a2dda3a15da/2
| 2,1,13,swinv2-moe-s,8xa30-pcie,inference,scmoe2,8,8,2,0.00043863843746626616,1.0307430896806462,0.0044784338503734691,1.0238610138648732,3.6636202600068883e-05,0.00042231739644194022,0.00040200223486619728,0.00021115869822097011,0.00019084353664522717,0.048104013111701982,240.30855218413438,"All-to-All setup 96 % (dispatch, combine)",0.97653543763866535,pairwise,,,,,,,,,1,1,,,1,,,0,0.1295,0.1293,125011968,8,,1.2472866755267174e-05,7.4698197006091123e-06,6.5459142209585116e-06,2.7127675111597945e-06,9.306655554966128e-07,5.5602240203526368e-06,9.4394483622504055e-07,0,0,0,0,0,0,,f2da5a2dda3a15da/2
| 2,1,13,swinv2-moe-s,8xa30-pcie,inference,dgmoe,8,8,2,0.00086567380551788435,0.52227933362981893,0.0083072462276510741,0.55196315324177747,3.9272255180925645e-05,0.0008438773966190638,0.00082640155033695867,0.0004219386983095319,0.00040446285202742677,0.020708987291425118,306.04137345197813,"All-to-All setup 97 % (dispatch, combine)",0.9776072604820284,pairwise,,,,,,,,,1,1,,,,,,0,0.1295,0.1293,94341120,8,,1.2472866755267174e-05,7.4698197006091123e-06,0,5.480869068591353e-06,1.8581968075036113e-06,1.1055319600014092e-05,9.3518324894030416e-07,0,0,0,0,0,0,,f2da5a2dda3a15da/2
| 2,1,13,swinv2-moe-s,8xa30-pcie,inference,scmoe-pos2-pipelined,8,8,2,0.00085423971933556119,0.52927009603151876,0.0082188453871971257,0.55789999769467258,4.2303891995739084e-05,0.00084349869848665548,0.00081193582733982204,0.00041612549445778254,0.00039581033288203955,0.037418992113990579,354.60517423941491,"All-to-All setup 98 % (dispatch, combine)",0.98159544531273979,pairwise,,,,,,,,,1,2,,,,,,0,0.1295,0.1293,125011968,8,,1.2472866755267174e-05,7.4698197006091123e-06,6.5459142209585387e-06,2.712753377383602e-06,9.1971357139067876e-07,1.1247709571090371e-05,9.3511479903960869e-07,0,0,0,0,0,0,,f2da5a2dda3a15da/2
$ scmoesim sweep --vary /tokens=1,2 --shard 3
! scmoesim sweep: --shard: expected I/N with N >= 1, got "3"
! Try 'scmoesim sweep --help'.
[2]
$ scmoesim sweep --vary /tokens=1,2 --resume
! scmoesim sweep: --resume needs -o FILE
! Try 'scmoesim sweep --help'.
[2]
$ scmoesim sweep --vary /tokens=1,2 -j 0
! scmoesim sweep: --jobs: expected a whole number >= 1, got "0"
! Try 'scmoesim sweep --help'.
[2]
$ scmoesim sweep --vary /tokens=1,2 -o out.csv --quiet --schedule top2 && cut -d, -f1-8 out.csv
| /tokens,point,rows,model,topology,mode,schedule,ranks
| 1,0,1,swinv2-moe-s,8xa30-pcie,inference,top2,8
| 2,1,1,swinv2-moe-s,8xa30-pcie,inference,top2,8
$ scmoesim sweep --vary /tokens=1,2 -o out.csv --quiet --schedule top2
! scmoesim: out.csv: is there already; --resume goes on with it, or remove it first
[3]
$ scmoesim sweep --vary /tokens=1,2 -o out.csv --quiet --schedule top2 --resume
$ scmoesim sweep --vary /tokens=1,4 -o out.csv --quiet --schedule top2 --resume
! scmoesim: out.csv: line 2: this row is of another sweep, or inputs have changed since
[3]
$ rm out.csv

Recorded loads are contents too: a table does not go on with others.

$ printf 'expert,tokens\n' >loads.csv; for e in 0 1 2 3 4 5 6 7; do echo $e,$((e + 1)); done >>loads.csv
$ scmoesim sweep --schedule top2 --routing loads.csv --vary /tokens=256 --quiet -o routed.csv
$ scmoesim sweep --schedule top2 --routing loads.csv --vary /tokens=256 --quiet -o routed.csv --resume
$ sed -i 's/^0,1$/0,9/' loads.csv
$ scmoesim sweep --schedule top2 --routing loads.csv --vary /tokens=256 --quiet -o routed.csv --resume
! scmoesim: routed.csv: line 2: this row is of another sweep, or inputs have changed since
[3]
$ rm loads.csv routed.csv

Files: what is wrong, and where.

$ echo '{ "schema": "scmoesim/sweep/1", "base": { "modle": "x", "schedules": [] },
>   "vary": [ { "pointer": "/tokens", "values": [1], "from": 3 } ], "seeds": 1 }' >bad.json
$ scmoesim sweep bad.json
! scmoesim: bad.json: /: unknown member "seeds"; did you mean "seed"?
! scmoesim: bad.json: /base: unknown member "modle"; did you mean "model"?
! scmoesim: bad.json: /base/schedules: expected an array of 1 to 1000 elements, got 0
! scmoesim: bad.json: /vary/0: expected "values", or "from" and "to", got both
[3]
$ echo '{ "schema": "scmoesim/sweep/1", "sampling": "list",
>   "points": [ { "/tokens": 512, "/topology": "gpu=a30,gpus=4,fabric=pcie" }, { "/tokens": "1Ki" } ] }' >list.json
$ scmoesim sweep list.json --dry-run
| point,/tokens,/topology
| 0,512,"gpu=a30,gpus=4,fabric=pcie"
| 1,1024,
! scmoesim sweep: 2 points
$ scmoesim sweep list.json --schedule top2 --quiet | cut -d, -f1-10
| /tokens,/topology,point,rows,model,topology,mode,schedule,ranks,ep
| 512,"gpu=a30,gpus=4,fabric=pcie",0,1,swinv2-moe-s,"gpu=a30,gpus=4,fabric=pcie"
| 1024,,1,1,swinv2-moe-s,8xa30-pcie,inference,top2,8,8
$ echo '{ "schema": "scmoesim/sweep/1", "sampling": "latin-hypercube", "samples": 3,
>   "vary": [ { "pointer": "/tokens", "from": 1, "to": 1000, "scale": "log", "whole": true },
>             { "pointer": "/topology/link_types/pcie/latency_s", "from": "0us", "to": "3us" } ] }' >lhs.json
$ scmoesim sweep lhs.json --dry-run
| point,/tokens,/topology/link_types/pcie/latency_s
| 0,5,1.99904051539e-06
| 1,856,2.14675589255e-06
| 2,10,2.36088976264e-07
! scmoesim sweep: 3 points
$ rm bad.json list.json lhs.json

Shards are joined again.

$ for i in 0 1 2; do scmoesim sweep tokens --quiet --shard $i/3 -o part-$i.csv; done
$ scmoesim sweep tokens --quiet -o whole.csv
$ scmoesim merge part-?.csv | cmp - whole.csv && echo same
| same
$ scmoesim merge part-0.csv part-2.csv
! scmoesim: 3 of 10 points are in no file: 1, 4, 7
[3]
$ scmoesim merge part-0.csv nothing.csv
! scmoesim: nothing.csv: No such file or directory
[3]
$ scmoesim merge
! scmoesim merge: expected at least one FILE
! Try 'scmoesim merge --help'.
[2]
$ sed 1d part-1.csv >part-1.csv.cut && scmoesim merge part-0.csv part-1.csv.cut
! scmoesim: part-1.csv.cut: line 1: not the result of a sweep: no column "point"
[3]
$ rm part-* whole.csv

The question turned round.

$ scmoesim solve --find /topology/link_types/pcie/bandwidth_bytes_per_s --between 5GB/s..500GB/s --target speedup_ratio=1.96
| /topology/link_types/pcie/bandwidth_bytes_per_s = 12756106092.5 (12.76 GB/s)
| speedup_ratio = 1.96, scmoe-pos2 over top2
$ scmoesim solve --find /topology/link_types/pcie/bandwidth_bytes_per_s --between 5GB/s..500GB/s --target speedup_ratio=3
| no /topology/link_types/pcie/bandwidth_bytes_per_s in the range gives speedup_ratio 3
| range gives    speedup_ratio 1.94261 at 24348376258.3 (24.35 GB/s)
|           to   speedup_ratio 1.98154 at 5e+09 (5.000 GB/s)
| misses by      1.018 (33.9 % of the target)
[1]
$ scmoesim solve --find /topology/all_to_all/setup_s --between 0..1ms --minimize end_to_end_time_s
| /topology/all_to_all/setup_s = 0 (0 s)
| end_to_end_time_s = 0.0607643, scmoe-pos2 over top2
| at an end of the range: beyond it there may be better
$ scmoesim solve --find /model/experts --between 1..64 --target speedup_ratio=1.9 --whole
| /model/experts = 4
| speedup_ratio = 1.97859, scmoe-pos2 over top2
| not reached by speedup_ratio 1.61409 at 2
| 55 of 65 values could not be played: /model/experts=1: data/models/moe/swinv2-moe-s.json: /top_k: expected at most the number of experts, 1, got 2
$ scmoesim solve --find /model/experts --between 64..1 --target speedup_ratio=1.9
! scmoesim solve: --between: expected FROM..TO with FROM < TO, got "64..1"
! Try 'scmoesim solve --help'.
[2]
$ scmoesim solve --find /tokens --between 1..64 --target speedup=1.9
! scmoesim: no column of numbers named "speedup"; did you mean "speedup_ratio"?
[3]
$ scmoesim solve --find /tokens --between 1..64
! scmoesim solve: expected one of --target, --minimize and --maximize
! Try 'scmoesim solve --help'.
[2]
$ scmoesim solve --find /tokens --between 1..64 --target speedup_ratio=1.9 --schedule top2,top1
! scmoesim solve: expected one schedule, got 2
! Try 'scmoesim solve --help'.
[2]
$ scmoesim solve --find /modl/x --between 1..64 --minimize pair_time_s
! scmoesim: /modl/x=1: cannot vary "/modl/x": expected a member such as /model/experts (or of /topology, /gpu, /schedule, /routing, /costs), or one of /model, /topology, /schedule, /baseline, /costs, /mode, /tokens, /ep; did you mean "model"?
[3]

Its last column changes with everything that rows depend on, and with nothing else: of "all" schedules these are the
ones that the word stands for.

$ mkdir apart && cp -r "$SCMOESIM_DATA/models" "$SCMOESIM_DATA/topologies" apart
$ for change in none scmoe-offload top1; do
>     [ $change = none ] || sed -i 's/"summary": "/&Changed. /' apart/models/schedule/$change.json
>     SCMOESIM_DATA=$PWD/apart scmoesim sweep --vary /tokens=1 --quiet | sed -n 's/.*,//; 2p'
> done | uniq -c | awk '{ print $1 }'
| 2
| 1
