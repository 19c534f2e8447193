import { describe, expect, test } from "vitest";
import { commandJudgement } from "../../../src/effects/command-effect.js";

test.each([
  ["ls -la | grep x | wc -l", "reads"],
  ["git -C /repo status", "not_said"],
  ["git status && git diff HEAD~1", "reads"],
  ["cat a > b", "not_said"],
  ["npm ls 2>&1", "reads"],
  ["cat a 2>/dev/null", "reads"],
  ["echo 'a > b; rm -rf /'", "reads"],
  ["echo $(rm -rf /)", "not_said"],
  ["find . -name x -delete", "not_said"],
  ["mkdir -p a && git add . && git commit -m 'done; rm'", "yes"],
  ["git branch -D old", "no"],
  ["npm test", "not_said"],
  ["npm test; rm -rf build", "no"],
  ["sudo FOO=1 /bin/rm x", "no"],
  ["git push origin main", "no"],
  ["cat a\nrm b", "no"],
  ["# a comment\nls", "reads"],
  ["", "not_said"],
  ['echo "unfinished', "reads"],
])("%j: %s", (command, reversible) => {
  expect(commandJudgement(command).reversible).toBe(reversible);
});

const judged = (reversible: string, commands: readonly string[]) =>
  test.each(commands)(`%j: ${reversible}`, (command) => {
    expect(commandJudgement(command).reversible).toBe(reversible);
  });

describe("what the shell does besides", () => {
  judged("not_said", [
    'mkdir "$(rm -rf build; echo x)"',
    "mkdir `rm -rf b`",
    'mkdir "`unlink b`"',
    "cat <(unlink x)",
    "cat a >(tee b)",
    "cat =(unlink x)",
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the shell's.
    "echo ${ unlink x; }",
    "git commit -m x > important.txt",
    "git fetch > f",
    "ls &> f",
    "ls >> f",
    "ls >| f",
    "echo a >&2f",
    "cat a >/dev/null/../f",
    "cat <<EOF\nit's\nEOF\nunlink x; echo 'a'",
    "PATH=. ls",
    "GIT_EXTERNAL_DIFF=./x git diff",
    "env PAGER=./x git log",
    "nohup ls",
    "./ls",
    "(ls)",
    "ls() { unlink x; }; ls",
  ]);
  judged("no", [
    "ls # it's\nrm x # it's",
    "echo \\ # it; rm x",
    "echo $'\\'' ; rm x; echo $'\\''",
    "echo \\' ; rm x; echo \\'",
    "'rm' x",
    "r\\m x",
    "2>/dev/null rm x",
    "rm x > log",
    "git \\\n push",
  ]);
  judged("reads", [
    "echo '$(rm x) `rm x` <(rm x)'",
    'echo "a > b <(c) \\`d\\` \\$(e)"',
    "echo failed >&2",
    "ls # > a; rm b",
    "grep x <<< y",
    "cat < a",
    "GIT_PAGER=cat git log",
    "find . \\( -name a -o -name b \\)",
    "/usr/bin/ls",
    "env",
    "env A=1",
  ]);
});

describe("readers that are told to write or to run something", () => {
  judged("not_said", [
    ..."find . -fprint /etc/passwd|find . -fprintf a %p|find . -fls a|find . -okdir x|find . '-delete'".split(
      "|",
    ),
    ..."fd -x rm|fd -HX rm|rg --pre=./x a|ag --pager ./x a|bat --pager=./x a|bat cache --build".split("|"),
    ..."sort -ofile file|sort -uo file file|sort --output=a a|sort --out a a|sort --compress-program=./x a".split(
      "|",
    ),
    ..."uniq a b|uniq -c a b|uniq -f 1 a b|uniq - b|uniq -- a -b|file -C -m a|tree -o a|tree -Ro a".split(
      "|",
    ),
    ..."less +!rm f|less '+!rm x' f|less -oa f|less --log-file=a f|more +!rm f".split("|"),
    ..."hostname newname|hostname -F a|hostname -- a|date -s 12:00|date -us 12:00|date --set=12:00|date 01011200".split(
      "|",
    ),
    ..."git diff --output=a|git log --output a|git grep -O./x a|git grep --open-files-in-pager=./x a".split(
      "|",
    ),
    ..."git diff --ext-diff|terraform plan -out=a|kubectl get pods --profile-output=a".split("|"),
    ..."xargs find .|xargs sort|xargs uniq|env -i ls".split("|"),
  ]);
  judged("reads", [
    ..."find . -name x -print|grep -o a b|sort -u -k2 a|sort -rn|uniq|uniq -c|uniq -f 1 a|uniq a 2>/dev/null".split(
      "|",
    ),
    ..."less +G a|less +10 a|tree -L 2|hostname|hostname -f|hostname --fqdn|hostname 2>/dev/null".split("|"),
    ..."date|date +%s|date -u +%F|date -d yesterday +%F|date -Iseconds|date --date=now|date -r a".split("|"),
    ..."git log --oneline|git diff --stat|git ls-files --others|git grep -n a|kubectl get pods -o yaml".split(
      "|",
    ),
    ..."cut -d: -f1 --output-delimiter=x a|xargs cat".split("|"),
  ]);
});

describe("what can be undone, with options by which it cannot", () => {
  judged("no", [
    ..."git switch --discard-changes main|git switch -f main|git switch -C main|git switch --force-create a".split(
      "|",
    ),
    ..."git tag -fa v1|git tag -f v1|git tag -d v1|git tag --delete v1|git branch -fq a b|git branch -C a b".split(
      "|",
    ),
    ..."git branch -rd a/b|git branch '-D' a|git branch --del a|git merge --abort|git rebase --skip".split(
      "|",
    ),
    ..."git cherry-pick --abort|git push --force|git reset --hard|xargs git tag -d".split("|"),
  ]);
  judged("not_said", [
    'git rebase -x "rm -rf b" main',
    'git rebase --exec "rm -rf b" main',
    "git rebase -ix ./a main",
    "git rebase --exec=./a main",
    ..."git fetch --prune|git fetch -fp|git fetch origin +a:b|git fetch --upload-pack=./x o|git fetch ext::./x".split(
      "|",
    ),
    ..."git switch -m main|git branch -u o/a|git branch --unset-upstream|xargs git switch|xargs git fetch".split(
      "|",
    ),
  ]);
  judged("yes", [
    ..."git rebase main|git rebase -i main|git rebase --onto a b|git switch main|git switch -c a|git switch --detach a".split(
      "|",
    ),
    ..."git tag -a v1 -m fix|git tag -am 'first of all' v1|git branch a|git branch -m a b|git commit --quiet -m x".split(
      "|",
    ),
    ..."git fetch --all --tags|git fetch origin a:b|git fetch git@example.com:a/b|git merge --no-ff a|xargs mkdir".split(
      "|",
    ),
    ..."git fetch 2>&1|git add -A > /dev/null".split("|"),
  ]);
});

describe("words that are not written in the command", () => {
  judged("not_said", [
    "find . $X",
    "find . -{delete,x}",
    "find . $'\\x2ddelete'",
    "sort $@",
    "git tag $X v1",
  ]);
  judged("reads", ['find "$X"', "find . -name '{a,b}'", "cat $X", "ls *.{a,b}", "sort -t$'\\t' -k2 a"]);
});

describe("programs that may do anything", () => {
  judged("not_said", [
    ..."tee a|sed -i s/a/b/ f|awk '{print > \"a\"}' f|perl -i -pe s/a/b/ f|python -c 'print(1)'|node -e 1".split(
      "|",
    ),
    ..."tar xf a|cp -f a b|mv a b|curl -o a b|wget -O a b|rsync --delete a b|git checkout -f|git checkout .".split(
      "|",
    ),
    ..."eval ls|bash -c ls|sudo -u a ls|xargs -n1 cat|time -o a ls|ln -sf a b|install a b|git stash drop".split(
      "|",
    ),
  ]);
});

test("a line of any size and form is judged in one pass", () => {
  const repeated = ['"\\', "a&", ">", "$'\\'", "env ", "> ", '>"', "1", " #", "<<", "env A=1 ", " {"];
  for (const line of ["'".repeat(100_001), ...repeated.map((text) => `${text.repeat(50_000)} x`)])
    expect(commandJudgement(line).reversible).toBe("not_said");
});
