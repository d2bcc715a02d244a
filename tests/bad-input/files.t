Files that cannot be read or written; status 3.

$ scmoesim run --model no-such.json
! scmoesim: no-such.json: cannot be read: No such file or directory
[3]
$ scmoesim run --topology ./no-such
! scmoesim: ./no-such: cannot be read: No such file or directory
[3]
$ scmoesim run --costs no-such.csv
! scmoesim: no-such.csv: cannot be read: No such file or directory
[3]
$ scmoesim check no-such.json no-such.csv
! scmoesim: no-such.json: cannot be read: No such file or directory
! scmoesim: no-such.csv: cannot be read: No such file or directory
[3]
$ mkdir folder.json && scmoesim check folder.json
! scmoesim: folder.json: cannot be read: Is a directory
[3]
$ ln -s loop.json loop.json && scmoesim run --model loop.json
! scmoesim: loop.json: cannot be read: Too many levels of symbolic links
[3]
$ scmoesim check nowhere/model.json
! scmoesim: nowhere/model.json: cannot be read: No such file or directory
[3]
$ printf '' >empty.json && scmoesim check empty.json
! scmoesim: empty.json:1:1: expected a value, got the end of the text
!     
!     ^
[3]
$ printf ' \n' >blank.json && scmoesim check blank.json
! scmoesim: blank.json:2:1: expected a value, got the end of the text
!     
!     ^
[3]
$ head -c 300 data/models/moe/gpt2-moe-small.json >half.json && scmoesim check half.json
! scmoesim: half.json:5:13: a string without its closing quote on the same line
!       "source": "Cai et al., 'Shortcut-connected Expert Parallelism for Accelera...
!                 ^
[3]
$ head -c 300 data/tests/data/hand-costs.csv >half.csv && scmoesim check half.csv
! scmoesim: half.csv: line 8: time_s: expected a number from 0 to 1e+06, got "10e"
[3]
$ printf '\001\002\003\004' >binary.json && scmoesim check binary.json
! scmoesim: binary.json:1:1: expected a value, got byte 0x01
!     ????
!     ^
[3]
$ cp data/tests/data/hand-costs.csv costs.json && scmoesim check costs.json
! scmoesim: costs.json:1:1: expected a value, got '#'
!     # source: times chosen by hand; attention 600 us, MLP 600, gate 10 (encode f...
!     ^
[3]
$ cp data/tests/data/star-8.json star.csv && scmoesim check star.csv
! scmoesim: star.csv: line 2: a quote inside a cell; put the cell in quotes and double this one
[3]

Output.

$ scmoesim run --schedule top2 -o no-such-folder/out.csv
! scmoesim: no-such-folder/out.csv: cannot be written: No such file or directory
[3]
$ mkdir out.csv && scmoesim run --schedule top2 -o out.csv
! scmoesim: out.csv: cannot be written: Is a directory
[3]
$ scmoesim run --schedule top2 -o results.csv --trace no-such-folder/trace.json
! scmoesim: no-such-folder/trace.json: cannot be written: No such file or directory
[3]
$ scmoesim run --schedule top2 -o results.csv --timeline no-such-folder/t.svg
! scmoesim: no-such-folder/t.svg: cannot be written: No such file or directory
[3]
$ scmoesim plan -o no-such-folder/plan.json
! scmoesim: no-such-folder/plan.json: cannot be written: No such file or directory
[3]
$ scmoesim topology export 8xa30-pcie -o no-such-folder/x.xml
! scmoesim: no-such-folder/x.xml: cannot be written: No such file or directory
[3]
$ scmoesim run --schedule top2 >/dev/full
! scmoesim: standard output: cannot be written: No space left on device
[3]
$ scmoesim list gpus >/dev/full
! scmoesim: standard output: No space left on device
[3]
$ scmoesim run --help >/dev/full
! scmoesim: standard output: No space left on device
[3]
