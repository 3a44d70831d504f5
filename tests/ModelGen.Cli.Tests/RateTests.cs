using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace ModelGen.Cli.Tests;

/// <summary>Someone judges the answers of runs: typed lines in, a transcript and a file of preferences out.</summary>
public sealed partial class RateTests(RateTests.Runs runs) : IClassFixture<RateTests.Runs>
{
    private const string Both = "runs/apple";
    private const string Other = "runs/berry";

    private readonly string _file = $"{Guid.NewGuid():N}.jsonl";

    private Terminal Terminal => runs.Terminal;

    [Fact]
    public void AnswersAreShownBlindAndJudgementsAreKept()
    {
        var (code, output, error) = Rate("1\n2\n=\ns\n1\nq\n", Both, Other);

        Assert.Equal((0, ""), (code, error));
        var (before, end) = Parts(output);
        Assert.DoesNotContain("apple", before, StringComparison.Ordinal);
        Assert.DoesNotContain("berry", before, StringComparison.Ordinal);
        Assert.Contains($"'{_file}' has 4 judgements.", end, StringComparison.Ordinal);
        Assert.Contains("runs/apple  runs/berry", end, StringComparison.Ordinal);

        var (shown, lines) = (Shown(before), Lines());
        Assert.Equal(6, shown.Count);
        Assert.Equal(["c", "d", "e", "f", "g", "h"], shown.Select(static pair => pair.Prompt));
        string[][] kept =
        [
            [.. Texts(lines[0])],
            [.. Texts(lines[1])],
            [.. Texts(lines[2])],
            [.. Texts(lines[3])],
        ];
        Assert.Equal([shown[0].First, shown[0].Second], kept[0]);
        Assert.Equal([shown[1].Second, shown[1].First], kept[1]);
        Assert.Equal([shown[2].First, shown[2].Second], kept[2]);
        Assert.Equal([shown[4].First, shown[4].Second], kept[3]);
        Assert.All(lines, static line => Assert.Equal("ada", (string?)line["rater"]));
        Assert.All(lines, static line =>
            Assert.InRange(
                DateTime.ParseExact((string)line["time"]!, "yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture).ToUniversalTime(),
                DateTime.UtcNow.AddDays(-1),
                DateTime.UtcNow.AddDays(1)
            )
        );
        Assert.Equal(
            ["runs/apple", "runs/berry"],
            new[] { lines[0]["chosen_run"], lines[0]["rejected_run"] }
                .Select(static run => ((string)run!).Split('@')[0])
                .Order(StringComparer.Ordinal)
        );
        Assert.True((bool)lines[2]["tie"]!);
        Assert.Null(lines[2]["chosen"]);
    }

    /// <summary>The name of a run has the beginning of its checkpoint's hash, which the manifest of a run that starts from it has, too.</summary>
    [Fact]
    public void ARunIsNamedWithItsWeights()
    {
        Rate("1\n", Both, Other);
        var line = Lines()[0];

        Assert.Equal(
            [Runs.HashOf(Terminal, Both)[..12], Runs.HashOf(Terminal, Other)[..12]],
            new[] { "chosen_run", "rejected_run" }
                .Select(key => ((string)line[key]!).Split('@'))
                .OrderBy(static run => run[0], StringComparer.Ordinal)
                .Select(static run => run[1])
        );
    }

    /// <summary>An answer can be written again with the seed that its line has.</summary>
    [Fact]
    public void TheSameSeedGivesTheSameAnswers()
    {
        Rate("1\n2\n=\n", Both, Other);
        var first = Lines();
        File.Delete(Terminal[_file]);
        var (_, output, _) = Rate("1\n2\n=\n", Both, Other);

        Assert.Equal(first.Select(WithoutTime), Lines().Select(WithoutTime));
        Assert.Equal(first.Select(static line => (string)line["prompt"]!), Shown(output).Take(3).Select(static pair => pair.Prompt));

        File.Delete(Terminal[_file]);
        Rate("1\n", Both, Other, "--seed", "2");
        Assert.NotEqual((ulong)first[0]["chosen_seed"]!, (ulong)Lines()[0]["chosen_seed"]!);

        static string WithoutTime(JsonNode line)
        {
            var copy = line.DeepClone().AsObject();
            copy.Remove("time");
            return copy.ToJsonString();
        }
    }

    [Fact]
    public void WhatIsJudgedIsNotShownAgain()
    {
        Assert.Equal(["c", "d", "e"], Shown(Rate("1\ns\nq\n", Both, Other).Output).Select(static pair => pair.Prompt));

        // In another order of the runs, too. What was skipped is asked again.
        var (code, output, _) = Rate("1\n1\n", Other, Both);
        Assert.Equal(0, code);
        Assert.StartsWith($"'{_file}' has 1 judgement already; new ones are added.\n", output, StringComparison.Ordinal);
        Assert.Equal(["d", "e", "f"], Shown(output).Select(static pair => pair.Prompt));

        // By another name of the folder, and to the end.
        (_, output, _) = Rate("2\n2\n2\n2\n2\n", $"./{Both}", Other);
        Assert.Equal(["f", "g", "h", "i"], Shown(output).Select(static pair => pair.Prompt));
        Assert.Equal(7, Lines().Count);
        Assert.Contains("has 7 judgements.", output, StringComparison.Ordinal);
        Assert.Empty(Shown(Rate("", Both, Other).Output));

        // Somebody else judges the same answers.
        var (first, second) = (Lines()[0], Terminal.RunWith("1\n2\n", [.. Arguments(Both, Other), "--rater", "bob"]).Output);
        Assert.Equal(["c", "d", "e"], Shown(second).Select(static pair => pair.Prompt));
        Assert.Equal((string)first["chosen"]!, (string)Lines()[7]["chosen"]!);
        Assert.Contains(
            "judged by: ada (7), bob (2)\nTwo raters judged the same answers 2 times and agreed ",
            second,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void TheLastJudgementCanBeTakenBack()
    {
        var (code, output, error) = Rate("u\n1\n2\nu\nu\nu\n2\nq\n", Both, Other);

        Assert.Equal((0, ""), (code, error));
        Assert.Equal(["c", "d", "e", "d", "c", "d"], Shown(output).Select(static pair => pair.Prompt));
        Assert.Equal(2, Regex.Count(output, "There is nothing to undo"));
        Assert.Equal(Shown(output)[0], Shown(output)[4]);
        var line = Assert.Single(Lines());
        Assert.Equal([Shown(output)[0].Second, Shown(output)[0].First], Texts(line));
    }

    [Fact]
    public void OtherKeysAreAskedAgain()
    {
        var (code, output, _) = Rate("x\n\n12\n 1 \nQ\n", Both, Other);

        Assert.Equal(0, code);
        Assert.Equal(3, Regex.Count(output, "That is none of the keys.\n1 or 2 is better"));
        Assert.Single(Lines());
        Assert.Equal(2, Shown(output).Count);
    }

    /// <summary>A process that is killed loses nothing that was answered.</summary>
    [Fact]
    public void EveryJudgementIsOnTheDiskBeforeTheNextPairIsShown()
    {
        using var process = Terminal.Type([.. Arguments(Both, Other), "--rater", "ada"]);
        process.StandardInput.WriteLine("1");
        process.StandardInput.WriteLine("=");
        Until(process, "---- pair 3");
        process.Kill();
        process.WaitForExit();
        Assert.Equal(2, Lines().Count);

        File.AppendAllText(Terminal[_file], "{\"prompt\":\"e\",\"chos");
        var (code, output, error) = Rate("1\n", Both, Other);
        Assert.Equal(
            (0, $"note: the last line of '{_file}' breaks off, as a killed process leaves it; it does not count\n"),
            (code, error)
        );
        Assert.Equal(["e", "f"], Shown(output).Select(static pair => pair.Prompt));
        Assert.Equal(3, Lines().Count);
    }

    [Fact]
    public void CtrlCKeepsAll()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        using var process = Terminal.Type([.. Arguments(Both, Other), "--rater", "ada"]);
        process.StandardInput.WriteLine("2");
        Until(process, "---- pair 2");
        Terminal.Interrupt(process);
        var rest = process.StandardOutput.ReadToEnd();
        process.WaitForExit();

        Assert.Equal(130, process.ExitCode);
        Assert.EndsWith($"\nstopped; '{_file}' has every judgement, and the same command goes on\n", rest, StringComparison.Ordinal);
        Assert.Single(Lines());
    }

    /// <summary>Each side shows each run about as often: of 60 fair draws 95 % of cases lie within 22 and 38, and these are fixed.</summary>
    [Fact]
    public void SidesAreDrawn()
    {
        Rate(string.Concat(Enumerable.Repeat("1\n", 60)), Both, Other, "--count", "60");

        var first = Lines()
            .Select(static line => ((string)line["chosen_run"]!).StartsWith("runs/apple@", StringComparison.Ordinal))
            .ToList();
        Assert.Equal(60, first.Count);
        Assert.InRange(first.Count(static isApple => isApple), 22, 38);

        // No pattern that a rater could learn: neither always the same nor in turn.
        Assert.InRange(first.Zip(first.Skip(1)).Count(static pair => pair.First != pair.Second), 15, 44);

        // Prompts come again with other seeds once they are through.
        Assert.Equal("cdefghicde", string.Concat(Lines().Take(10).Select(static line => (string)line["prompt"]!)));
        Assert.Equal(120, Lines().SelectMany(Seeds).Distinct().Count());
    }

    [Fact]
    public void PairsOfSeveralRunsComeInTurn()
    {
        var (code, output, _) = Rate(string.Concat(Enumerable.Repeat("1\n", 30)), Both, Other, "runs/cherry");

        Assert.Equal(0, code);
        Assert.Equal(21, Lines().Count);
        Assert.Equal([7, 7, 7], Lines().CountBy(static line => string.Join(' ', Names(line))).Select(static pair => pair.Value));
        Assert.Equal("cccdddeee", string.Concat(Lines().Take(9).Select(static line => (string)line["prompt"]!)));
        Assert.Contains("Bradley-Terry score", output, StringComparison.Ordinal);
    }

    /// <summary>Two answers of one run; without prompts the model begins by itself, without an end.</summary>
    [Fact]
    public void OneRunIsComparedWithItself()
    {
        var (code, output, error) = Terminal.RunWith("1\n2\n1\nq\n", ["rate", Both, "--out", _file, "--rater", "ada"]);

        Assert.Equal((0, ""), (code, error));
        Assert.Equal(["(empty)", "(empty)", "(empty)", "(empty)"], Shown(output).Select(static pair => pair.Prompt));
        Assert.Contains("---- pair 4 ----", output, StringComparison.Ordinal);
        Assert.Equal(["", "", ""], Lines().Select(static line => (string)line["prompt"]!));
        Assert.EndsWith(
            "3 judgements compared two answers of the same run; no win rate counts them.\njudged by: ada (3)\n",
            output,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void AnAnswerHasAtMostTheTokensThatAreAsked()
    {
        Rate("1\n1\n1\n1\n1\n1\n1\n", Both, Other, "--max-tokens", "2");

        Assert.All(Lines().SelectMany(Texts), static text => Assert.InRange(text.Length, 0, 2));
    }

    /// <summary>With one token for an answer most are equal; which are not shown, and never for ever.</summary>
    [Fact]
    public void EqualAnswersAreCountedAndPassedOver()
    {
        var (code, output, _) = Rate(string.Concat(Enumerable.Repeat("1\n", 60)), "runs/sure", "--count", "15");

        Assert.Equal(0, code);
        Assert.Empty(Shown(output));
        Assert.Equal($"\n15 pairs of equal answers, with 4 seeds each, were passed over.\n'{_file}' has no judgements yet.\n", output);
        Assert.False(File.Exists(Terminal[_file]));

        var (failed, _, error) = Rate("1\n", "runs/sure", "--count", "1000000");
        Assert.Equal(1, failed);
        Assert.Equal(
            "error: Of 20 pairs in sequence both answers were equal; let the models choose tokens more freely, as with a higher "
                + "'sampling.temperature', or name other prompts.\n",
            error
        );
    }

    /// <summary>What was judged trains a model as it is; ties are told and teach nothing.</summary>
    [Fact]
    public void AStageLearnsFromTheFile()
    {
        Terminal.Write(
            "tuned.run.yaml",
            $$"""
            run: Tuned
            model: Writer
            start: { run: {{Both}} }
            objective: dpo
            data: { preferences: {{_file}} }
            training: { optimizer: { adamw: 1e-2 }, batch: 8, duration: 20 steps }

            """
        );

        // Whoever it is likes short answers, and cannot decide in the first place.
        var (_, output, _) = Rate(string.Concat(Enumerable.Repeat("=\n", 40)), Both, Other, "--count", "40");
        var keys = Shown(output)
            .Select(
                static (pair, place) =>
                    place == 0 ? "="
                    : pair.First.Length < pair.Second.Length ? "1"
                    : "2"
            );
        File.Delete(Terminal[_file]);
        Rate(string.Concat(keys.Select(static key => $"{key}\n")), Both, Other, "--count", "40");

        var (code, trained, error) = Terminal.Run("train", "tuned.run.yaml", "--out", $"runs/{_file}-tuned");

        Assert.Equal((0, ""), (code, error));
        Assert.Contains("note: one of the preferences is a tie, from which nothing is learned\n", trained, StringComparison.Ordinal);
        var metrics = Terminal
            .Read($"runs/{_file}-tuned/metrics.jsonl")
            .Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(static line => JsonNode.Parse(line)!)
            .Select(static line => (double?)line["train_loss"])
            .OfType<double>()
            .ToList();
        Assert.True(metrics[^1] < metrics[0] - 0.1, trained);

        // Its recipe says which prompts it has learned, and none to ask besides.
        var (refused, _, why) = Terminal.RunWith("1\n", ["rate", $"runs/{_file}-tuned"]);
        Assert.Equal(
            (
                1,
                $"error: 'runs/{_file}-tuned' has learned to answer prompts, and its recipe names no 'test' file with others; name a file of "
                    + "prompts with --prompts, JSON lines with a 'prompt' each.\n"
            ),
            (refused, why)
        );
        Assert.Equal(0, Rate("1\n", $"runs/{_file}-tuned", Both).Code);

        // The runs' weights change, and the file is not theirs any more.
        Directory.CreateDirectory(Terminal["runs/changed"]);
        Copy("runs/cherry", "runs/changed");
        var other = $"other-{_file}";
        Assert.Equal(0, Terminal.RunWith("1\n", ["rate", "runs/changed", "--out", other]).Code);
        Directory.Delete(Terminal["runs/changed"], recursive: true);
        Copy(Other, "runs/changed");
        var (changed, _, told) = Terminal.RunWith("1\n", ["rate", "runs/changed", "--out", other]);
        Assert.Equal(1, changed);
        Assert.Equal(
            $"error: '{other}' has judgements of 'runs/changed' with the weights {Runs.HashOf(Terminal, "runs/cherry")[..12]}, and it has "
                + $"{Runs.HashOf(Terminal, Other)[..12]} now: it was trained since. Name another file with --out.\n",
            told
        );
    }

    /// <summary>The template of a run's recipe is put around prompts, and its file to validate on has some.</summary>
    [Fact]
    public void ARunIsAskedAsItWasTrained()
    {
        Terminal.Write("shown.jsonl", string.Concat(Enumerable.Repeat("{\"question\": \"c\", \"answer\": \"a\"}\n", 8)));
        Terminal.Write("test.jsonl", "{\"question\": \"d\", \"answer\": \"a\"}\n{\"question\": \"e\", \"answer\": \"a\"}\n");
        Terminal.Write(
            "asked.run.yaml",
            """
            run: Asked
            model: Writer
            start: { run: runs/apple }
            objective: sft
            data: { answers: { file: shown.jsonl, test: test.jsonl, prompt: question, template: 'kk{prompt}k' } }
            training: { optimizer: { adamw: 3e-2 }, batch: 8, duration: 60 steps }

            """
        );
        Assert.Equal(0, Terminal.Run("train", "asked.run.yaml", "--out", "runs/asked").Code);

        var (code, output, _) = Terminal.RunWith("1\n1\n1\n", ["rate", "runs/asked", Other, "--out", _file, "--max-tokens", "3"]);

        Assert.Equal(0, code);
        Assert.Equal(["d", "e"], Shown(output).Select(static pair => pair.Prompt));

        // Only with the template it has learned to answer so.
        var answers = Lines()
            .SelectMany(static line =>
                new[] { "chosen", "rejected" }.Select(key => (Run: (string)line[$"{key}_run"]!, Text: (string)line[key]!))
            )
            .Where(static answer => answer.Run.StartsWith("runs/asked@", StringComparison.Ordinal));
        Assert.All(answers, static answer => Assert.Equal("a", answer.Text));
    }

    /// <summary>A run that has learned conversations reads a prompt as what someone says, and answers with what is said alone.</summary>
    [Fact]
    public void ARunOfConversationsIsSpokenTo()
    {
        const string Speaker = """
            model: Speaker
            family: transformer
            data: { tokens: { tokenizer: characters, vocabulary: 30, context: 32, end-token: "." } }
            network:
              - embed: 16
              - residual: [self-attention: { heads: 2, causal: true }]
              - unembed
            objective: next-token
            training: { optimizer: { adamw: 1e-2 }, batch: 8, duration: 5 steps }

            """;
        Terminal.Write("speaker.model.yaml", Speaker);
        Terminal.Write("said.txt", string.Concat(Enumerable.Repeat("User: c\nAssistant: kk\n.User: d\nAssistant: a\n.", 40)));
        Terminal.Write(
            "said.jsonl",
            string.Concat(
                "cde".SelectMany(static letter =>
                    Enumerable.Repeat(
                        $$"""{"messages": [{"role": "user", "content": "{{letter}}"}, {"role": "assistant", "content": "kk"}]}""" + "\n",
                        6
                    )
                )
            )
        );
        Terminal.Write(
            "spoken.run.yaml",
            """
            run: Spoken
            model: Speaker
            start: { run: runs/speaker }
            objective: sft
            data: { answers: { file: said.jsonl, chat: plain } }
            training: { optimizer: { adamw: 3e-2 }, batch: 8, duration: 80 steps }

            """
        );
        Assert.Equal(0, Terminal.Run("train", "speaker.model.yaml", "--data", "said.txt", "--no-evaluation", "--out", "runs/speaker").Code);
        Assert.Equal(0, Terminal.Run("train", "spoken.run.yaml", "--no-evaluation", "--out", "runs/spoken").Code);

        Assert.Equal(0, Rate("1\n1\n", "runs/spoken", "runs/speaker").Code);

        var answers = Lines()
            .SelectMany(static line => Two(line).Select(key => (Run: (string)line[$"{key}_run"]!, Text: (string)line[key]!)))
            .Where(static answer => answer.Run.StartsWith("runs/spoken@", StringComparison.Ordinal));
        Assert.Equal(["kk", "kk"], answers.Select(static answer => answer.Text));
    }

    [Fact]
    public void PromptsThatNoModelReadsAreNamed()
    {
        Terminal.Write($"{_file}.prompts", "{\"prompt\": \"c\"}\n{\"prompt\": \"ckckckckckckckckckckck\"}\n{\"promt\": \"d\"}\n");

        var (code, output, error) = Terminal.RunWith("1\n1\n", ["rate", Both, Other, "--out", _file, "--prompts", $"{_file}.prompts"]);

        Assert.Equal(0, code);
        Assert.Single(Shown(output));
        Assert.Equal(
            $"note: {_file}.prompts(3) has no key 'prompt', only 'promt'; it is left out\n"
                + $"note: {_file}.prompts(2) has 23 tokens with its end, and the model's context is 16; it is left out\n",
            error
        );

        File.WriteAllText(Terminal[$"{_file}.prompts"], "{\"prompt\": \"ckckckckckckckckckckck\"}\n");
        (code, _, error) = Terminal.RunWith("1\n1\n", ["rate", Both, "--out", _file, "--prompts", $"{_file}.prompts"]);
        Assert.Equal(1, code);
        Assert.EndsWith("error: There is no prompt that all models can read; see the notes above.\n", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Name the folder of a run, or of several; --results FILE shows what has been judged already.")]
    [InlineData("--results judges nothing anew; leave the runs and the other options out.", "--results", "a.jsonl", "runs/apple")]
    [InlineData("--results judges nothing anew; leave the runs and the other options out.", "--results", "a.jsonl", "--rater", "ada")]
    [InlineData("--count takes a whole number from 1 to 1000000000, not '0'.", "runs/apple", "--count", "0")]
    [InlineData("--max-tokens takes a whole number from 1 to 10000000, not 'x'.", "runs/apple", "--max-tokens", "x")]
    [InlineData("--rater is empty.", "runs/apple", "--rater", "")]
    public void WrongArgumentsAreTold(string message, params string[] arguments) =>
        Assert.Equal((2, "", $"{message}\n'modelgen rate --help' tells more.\n"), Terminal.RunWith("", ["rate", .. arguments]));

    [Fact]
    public void WhatIsNoRunOfALanguageModelIsTold()
    {
        const string Judge = """
            model: Judge
            family: network
            data: { tokens: { tokenizer: characters, vocabulary: 30, context: 16, padding-token: _, end-token: "." } }
            network: [embed: 8, sequence-pool, linear: 1]

            """;
        Terminal.Write("runs/judge/judge.model.yaml", Judge);
        Directory.CreateDirectory(Terminal["empty"]);
        Terminal.Write("notes.txt", "no judgement\n");

        AssertFails("There is no folder 'none'.", "none");
        AssertFails("'words.txt' is a file; name the folder of a run.", "words.txt");
        AssertFails("'empty' is no folder of a run: it has no spec of a model.", "empty");
        AssertFails("'runs/judge' is no run of a language model: Judge does not continue text.", "runs/judge");
        AssertFails("'runs/apple' and 'runs/apple' have the same weights; name each run once.", Both, "runs/apple/");
        AssertFails("The file 'none.jsonl' does not exist; it must be a text file in UTF-8.", Both, "--prompts", "none.jsonl");
        AssertFails("There is no file 'none.jsonl'.", "--results", "none.jsonl");
        AssertFails(
            "'notes.txt' is no file of judgements: notes.txt(1) is not JSON: byte 2 is not what should come there. Name another file.",
            Both,
            "--out",
            "notes.txt"
        );
        AssertFails("'notes.txt' has no judgements that 'modelgen rate' has written.", "--results", "notes.txt");

        void AssertFails(string message, params string[] arguments)
        {
            var (code, output, error) = Terminal.RunWith("1\n", ["rate", .. arguments]);
            Assert.Equal((1, ""), (code, output));
            Assert.EndsWith($"error: {message}\n", error, StringComparison.Ordinal);
        }
    }

    /// <summary>By hand: a wins 6 of 10 with 2 ties against b: 0.7, of which Wilson's interval is 0.397 to 0.892; ± ln(7 / 3) / 2 with the
    /// standard error √(10 / 21) / 2.</summary>
    [Fact]
    public void ResultsAreThoseOfTheFormulas()
    {
        File.WriteAllLines(
            Terminal[_file],
            [
                .. Enumerable.Repeat(Line("a", "b"), 6),
                .. Enumerable.Repeat(Line("b", "a"), 2),
                Line("a", "b", isTie: true),
                Line("b", "a", isTie: true),
                """{"prompt": "", "chosen": "x", "rejected": "y"}""",
            ]
        );

        var (code, output, error) = Terminal.Run("rate", "--results", _file);

        Assert.Equal(
            (0, $"note: 1 line of '{_file}' is no judgement: {_file}(11) has no key 'rater', only 'prompt', 'chosen', 'rejected'\n"),
            (code, error)
        );
        Assert.Equal(
            """
            run  against  wins  ties  losses  win rate  95 % interval
            a    b        6     2     2       0.700     0.397 to 0.892

            run  Bradley-Terry score  95 % interval
            a    0.424                -0.253 to 1.100
            b    -0.424               -1.100 to 0.253

            judged by: ada (10)

            """,
            output,
            ignoreLineEndingDifferences: true
        );
    }

    [Fact]
    public void WhereScoresAreNotFiniteThatIsSaid()
    {
        File.WriteAllLines(Terminal[_file], [Line("a", "b"), Line("a", "c"), Line("b", "c"), Line("c", "b")]);
        Assert.Contains(
            "There are no finite Bradley-Terry scores: b and c have never won or tied against a.\n",
            Terminal.Run("rate", "--results", _file).Output,
            StringComparison.Ordinal
        );

        File.WriteAllLines(Terminal[_file], [Line("a", "b"), Line("b", "a"), Line("c", "d"), Line("d", "c")]);
        Assert.Contains(
            "There are no Bradley-Terry scores of all runs: a and b were never compared with c and d.\n",
            Terminal.Run("rate", "--results", _file).Output,
            StringComparison.Ordinal
        );

        // The same folder with other weights is another run.
        File.WriteAllLines(Terminal[_file], [Line("a", "b"), Line("b", "a").Replace("a@00", "a@11", StringComparison.Ordinal)]);
        Assert.Contains("a@000000000000  b  ", Terminal.Run("rate", "--results", _file).Output, StringComparison.Ordinal);
    }

    private static string Line(string better, string worse, bool isTie = false)
    {
        var (one, other) = isTie ? ("first", "second") : ("chosen", "rejected");
        return $$"""{"prompt": "", {{(isTie ? "\"tie\": true, " : "")}}"{{one}}": "x", "{{other}}": "y", "rater": "ada", "time": "2026-01-31T12:00:00Z", """
            + $$""" "{{one}}_run": "{{better}}@{{Digits(better)}}", "{{other}}_run": "{{worse}}@{{Digits(worse)}}", "{{one}}_seed": 1, "{{other}}_seed": 2}""";

        static string Digits(string run) => new((char)('0' + run[0] - 'a'), 12);
    }

    private string[] Arguments(params string[] folders) => ["rate", .. folders, "--prompts", "prompts.jsonl", "--out", _file];

    private (int Code, string Output, string Error) Rate(string typed, params string[] arguments) =>
        Terminal.RunWith(typed, [.. Arguments(arguments), "--rater", "ada"]);

    private List<JsonNode> Lines() => [.. File.ReadAllLines(Terminal[_file]).Select(static line => JsonNode.Parse(line)!)];

    private static IEnumerable<string> Texts(JsonNode line) => Two(line).Select(key => (string)line[key]!);

    private static IEnumerable<ulong> Seeds(JsonNode line) => Two(line).Select(key => (ulong)line[$"{key}_seed"]!);

    private static IEnumerable<string> Names(JsonNode line) =>
        Two(line).Select(key => (string)line[$"{key}_run"]!).Order(StringComparer.Ordinal);

    private static string[] Two(JsonNode line) => line["tie"] is null ? ["chosen", "rejected"] : ["first", "second"];

    // What is shown before the results.
    private static (string Before, string End) Parts(string output)
    {
        var at = output.IndexOf("\n\n'", StringComparison.Ordinal);
        return (output[..at], output[at..]);
    }

    private static List<(string Prompt, string First, string Second)> Shown(string output) =>
        [.. Pair().Matches(output).Select(static pair => (Text(pair, "prompt"), Text(pair, "first"), Text(pair, "second")))];

    private static string Text(Match pair, string name) => pair.Groups[name].Value;

    private static void Until(System.Diagnostics.Process process, string beginning)
    {
        while (process.StandardOutput.ReadLine() is { } line && !line.StartsWith(beginning, StringComparison.Ordinal)) { }
    }

    private void Copy(string from, string to)
    {
        foreach (var file in Directory.EnumerateFiles(Terminal[from], "*", SearchOption.AllDirectories))
        {
            var target = Path.Combine(Terminal[to], Path.GetRelativePath(Terminal[from], file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target, overwrite: true);
        }
    }

    [GeneratedRegex("---- pair .*?\nprompt: (?<prompt>.*)\n\nanswer 1:\n(?<first>.*)\n\nanswer 2:\n(?<second>.*)\n\n1 or 2")]
    private static partial Regex Pair();

    /// <summary>A folder with the runs of a small model.</summary>
    public sealed class Runs : IDisposable
    {
        private const string Writer = """
            model: Writer
            family: transformer
            data: { tokens: { tokenizer: characters, vocabulary: 30, context: 16, end-token: "." } }
            network:
              - embed: 16
              - residual: [self-attention: { heads: 2, causal: true }]
              - unembed
            objective: next-token
            training: { optimizer: { adamw: 1e-2 }, batch: 8, duration: 60 steps }

            """;

        public Runs()
        {
            Terminal.Write("writer.model.yaml", Writer);
            Terminal.Write(
                "words.txt",
                string.Concat(Enumerable.Range(0, 400).Select(static i => $"{Word(i)}{(i % 2 == 0 ? "a" : "b")}."))
            );
            Terminal.Write(
                "prompts.jsonl",
                string.Concat(Enumerable.Range(0, 7).Select(static i => $$"""{"prompt": "{{Word(i)[..1]}}"}""" + "\n"))
            );
            Train("apple", "--seed", "1");
            Train("berry", "--seed", "2", "--set", "training.duration=20 steps");
            Train("cherry", "--seed", "3", "--set", "training.duration=20 steps");
            Train("sure", "--seed", "4", "--set", "training.duration=20 steps", "--set", "sampling.temperature=0");
        }

        public Terminal Terminal { get; } = new();

        /// <summary>The SHA-256 of a run's newest checkpoint, as it says.</summary>
        public static string HashOf(Terminal terminal, string run)
        {
            var file = Directory.EnumerateFiles(terminal[$"{run}/checkpoints"]).Order(StringComparer.Ordinal).Last();
            return HashInHeader().Match(File.ReadAllText(file)).Groups[1].Value;
        }

        public void Dispose() => Terminal.Dispose();

        private static string Word(int i) => $"{(char)('c' + (i % 7))}{(char)('k' + (i % 11))}";

        private void Train(string name, params string[] options)
        {
            var (code, output, error) = Terminal.Run([
                "train",
                "writer.model.yaml",
                "--data",
                "words.txt",
                "--no-evaluation",
                "--out",
                $"runs/{name}",
                .. options,
            ]);
            Assert.True(code == 0, output + error);
        }
    }

    [GeneratedRegex("\"sha256\":\"([0-9a-f]{64})\"")]
    private static partial Regex HashInHeader();
}
