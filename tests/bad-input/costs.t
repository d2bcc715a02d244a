Cost files.

No rows; no header; a header and nothing more.

$ printf '' >c.csv && scmoesim check c.csv
! scmoesim: c.csv: no header row
[3]
$ echo '# gpu: a30' >c.csv && scmoesim check c.csv
! scmoesim: c.csv: no header row
[3]
$ echo 'kind,tokens,time_s' >c.csv && scmoesim check c.csv
! scmoesim: c.csv: no measured operators: expected at least one row after the header
[3]
$ scmoesim run --costs c.csv
! scmoesim: c.csv: no measured operators: expected at least one row after the header
[3]

Columns: missing, unknown, twice.

$ printf 'kind,tokens\nmlp,8\n' >c.csv && scmoesim check c.csv
! scmoesim: c.csv: missing column "time_s"; columns: "kind", "tokens"
[3]
$ printf 'kind,tokens,time\nmlp,8,1e-6\n' >c.csv && scmoesim check c.csv
! scmoesim: c.csv: missing column "time_s"; columns: "kind", "tokens", "time"
! scmoesim: c.csv: unknown column "time"; did you mean "time_s"?
[3]
$ printf 'kind,tokens,tokens,time_s\nmlp,8,8,1e-6\n' >c.csv && scmoesim check c.csv
! scmoesim: c.csv: line 1: duplicate column "tokens"
[3]
$ printf 'kind,,time_s\nmlp,8,1e-6\n' >c.csv && scmoesim check c.csv
! scmoesim: c.csv: line 1: column 2 has no name
[3]

Every bad row is told.

$ cat >c.csv <<END
> # gpu: a30
> kind,pass,dtype,tokens,time_s
> mlp,forward,fp16,8192,600e-6
> mpl,forward,fp16,8192,600e-6
> mlp,foward,fp16,8192,600e-6
> mlp,forward,fp61,8192,600e-6
> mlp,forward,fp16,many,600e-6
> mlp,forward,fp16,-1,600e-6
> mlp,forward,fp16,0,600e-6
> mlp,forward,fp16,16384,-600e-6
> mlp,forward,fp16,16384,nan
> mlp,forward,fp16,16384,inf
> mlp,forward,fp16,16384,1e999
> mlp,forward,fp16,16384,
> mlp,forward,fp16,16384,600us
> END
$ scmoesim check c.csv
! scmoesim: c.csv: line 4: kind: unknown kind "mpl"; did you mean "mlp"?
! scmoesim: c.csv: line 5: pass: expected "forward", "input_gradient" or "weight_gradient", got "foward"; did you mean "forward"?
! scmoesim: c.csv: line 6: dtype: expected "fp32", "tf32", "fp16", "bf16" or "fp8", got "fp61"; did you mean "fp16"?
! scmoesim: c.csv: line 7: tokens: expected a number from 0 to 1e+15, got "many"
! scmoesim: c.csv: line 8: tokens: expected a number from 0 to 1e+15, got "-1"
! scmoesim: c.csv: line 10: time_s: expected a number from 0 to 1e+06, got "-600e-6"
! scmoesim: c.csv: line 11: time_s: expected a number from 0 to 1e+06, got "nan"
! scmoesim: c.csv: line 12: time_s: expected a number from 0 to 1e+06, got "inf"
! scmoesim: c.csv: line 13: time_s: expected a number from 0 to 1e+06, got "1e999"
! scmoesim: c.csv: line 14: time_s: expected a number from 0 to 1e+06, got an empty cell
! scmoesim: c.csv: line 15: time_s: expected a number from 0 to 1e+06, got "600us"
[3]

Two rows for one operator and size: which of the two counts?

$ cat >c.csv <<END
> kind,dtype,tokens,time_s
> mlp,fp16,8192,600e-6
> mlp,fp16,4096,300e-6
> mlp,fp16,8192,601e-6
> gate,fp16,,10e-6
> gate,fp16,8192,11e-6
> END
$ scmoesim check c.csv
! scmoesim: c.csv: line 4: the same operator and size as in line 2
! scmoesim: c.csv: line 6: the same operator as in line 5, which leaves tokens empty and so stands for every number of them
[3]

Rows too short and too long; a quote left open; a last line cut off.

$ printf 'kind,tokens,time_s\nmlp,8\n' >c.csv && scmoesim check c.csv
! scmoesim: c.csv: line 2: expected 3 cells as in the header, got 2
[3]
$ printf 'kind,tokens,time_s\nmlp,8,1e-6,9\n' >c.csv && scmoesim check c.csv
! scmoesim: c.csv: line 2: expected 3 cells as in the header, got 4
[3]
$ printf 'kind,tokens,time_s\n"mlp,8,1e-6\n' >c.csv && scmoesim check c.csv
! scmoesim: c.csv: line 2: a quote that is not closed
[3]
$ printf 'kind,tokens,time_s\nmlp,8,1e-6\nmlp,16' >c.csv && scmoesim check c.csv
! scmoesim: c.csv: line 3: expected 3 cells as in the header, got 2, and no newline: truncated?
[3]
$ printf 'kind,tokens,time_s\nmlp,8,1e-6\nmlp,16,2e-' >c.csv && scmoesim check c.csv
! scmoesim: c.csv: line 3: time_s: expected a number from 0 to 1e+06, got "2e-"
[3]
$ printf 'kind;tokens;time_s\nmlp;8;1e-6\n' >c.csv && scmoesim check c.csv
! scmoesim: c.csv: missing column "kind"; columns: "kind;tokens;time_s"
! scmoesim: c.csv: missing column "time_s"; columns: "kind;tokens;time_s"
! scmoesim: c.csv: unknown column "kind;tokens;time_s"
[3]

A copy or an All-to-All without bytes would be ignored.

$ printf 'kind,bytes,time_s\ncopy_h2d,,1e-3\nexpert_fetch,0,1e-3\nall_to_all,,1e-3\nlaunch,,1e-6\n' >c.csv && scmoesim check c.csv
! scmoesim: c.csv: line 3: a row of expert_fetch needs bytes > 0
! scmoesim: c.csv: line 2: a row of copy_h2d needs bytes > 0
! scmoesim: c.csv: line 4: a row of all_to_all needs bytes > 0
[3]
