Recorded loads of experts.

$ printf 'expert,tokens\n' >l.csv && scmoesim check l.csv
! scmoesim: l.csv: no rows
[3]
$ printf 'expert,token\n0,5\n' >l.csv && scmoesim check l.csv
! scmoesim: l.csv: unknown column "token"; did you mean "tokens"?
! scmoesim: l.csv: missing column "tokens"; columns: "expert", "token"
[3]
$ printf 'expert,tokens,smaple\n0,5,0\n' >l.csv && scmoesim check l.csv
! scmoesim: l.csv: unknown column "smaple"; did you mean "sample"?
[3]
$ printf 'expert,tokens\n0,5\n1\n' >l.csv && scmoesim check l.csv
! scmoesim: l.csv: line 3: expected 2 cells as in the header, got 1
[3]
$ printf 'expert,tokens\n0,5\n1' >l.csv && scmoesim check l.csv
! scmoesim: l.csv: line 3: expected 2 cells as in the header, got 1, and no newline: truncated?
[3]

The last row needs no newline.

$ printf 'expert,tokens\n0,10\n1,20\n2,30\n3,40\n' >whole.csv && printf 'expert,tokens\n0,10\n1,20\n2,30\n3,40' >l.csv
$ for loads in whole l; do scmoesim run --model gpt2-moe-medium --set /model/experts=4 --topology gpu=h100-sxm,gpus=4 --schedule top2 --routing $loads.csv -o $loads.result.csv; done
$ tail -n 1 whole.result.csv | sed s/whole.csv/l.csv/ >wanted; tail -n 1 l.result.csv | cmp - wanted && echo same
| same
$ rm whole.csv *.result.csv wanted

Every bad cell is told.

$ cat >l.csv <<END
> expert,tokens,sample
> 0,many,0
> 1,-1,0
> two,5,0
> 3,5,0.5
> 70000,5,0
> 5,nan,0
> END
$ scmoesim check l.csv
! scmoesim: l.csv: line 2: tokens: expected a number from 0 to 1e+15, got "many"
! scmoesim: l.csv: line 3: tokens: expected a number from 0 to 1e+15, got "-1"
! scmoesim: l.csv: line 4: expert: expected a number from 0 to 65535, got "two"
! scmoesim: l.csv: line 5: sample: expected a whole number, got 0.5
! scmoesim: l.csv: line 6: expert: expected a number from 0 to 65535, got "70000"
! scmoesim: l.csv: line 7: tokens: expected a number from 0 to 1e+15, got "nan"
[3]

Each expert of each sample once, and some tokens in each.

$ printf 'expert,tokens\n0,5\n2,5\n' >l.csv && scmoesim check l.csv
! scmoesim: l.csv: expected a row for each of 3 experts in each of 1 samples, got 2
[3]
$ printf 'expert,tokens\n0,5\n1,5\n1,6\n' >l.csv && scmoesim check l.csv
! scmoesim: l.csv: line 4: expert 1 of sample 0 is there twice
[3]
$ printf 'expert,tokens,sample\n0,5,0\n1,5,0\n0,5,1\n0,6,1\n' >l.csv && scmoesim check l.csv
! scmoesim: l.csv: line 5: expert 0 of sample 1 is there twice
[3]
$ printf 'expert,tokens,sample\n0,5,0\n1,5,0\n0,0,1\n1,0,1\n' >l.csv && scmoesim check l.csv
! scmoesim: l.csv: no tokens in sample 1
[3]
$ printf 'expert,tokens,sample\n0,5,99999\n' >l.csv && scmoesim check l.csv
! scmoesim: l.csv: expected a row for each of 1 experts in each of 100000 samples, got 1
[3]
