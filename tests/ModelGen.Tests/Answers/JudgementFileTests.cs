using System.Text;
using ModelGen.Answers;

namespace ModelGen.Tests.Answers;

/// <summary>What people have said of answers is kept as lines that preferences are learned from.</summary>
public sealed class JudgementFileTests : IDisposable
{
    private static readonly JudgedAnswer A = new("Paris é \"1\"\n", new JudgedRun("runs/a", "0123456789ab"), 7);
    private static readonly JudgedAnswer B = new("London", new JudgedRun("runs/b", "ba9876543210"), ulong.MaxValue);
    private static readonly DateTime Time = new(2026, 1, 31, 12, 0, 0, DateTimeKind.Utc);
    private static readonly Judgement Decided = new("Capital?", A, B, IsTie: false, "ada", Time) { MostTokens = 300 };
    private static readonly Judgement Tied = new("Capital?", B, A, IsTie: true, "bob", Time) { MostTokens = 300 };

    private readonly TemporaryFolder _folder = new();

    private string Path => _folder["sub/judged.jsonl"];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void ALineIsAPreferenceOrATie()
    {
        var file = JudgementFile.Open(Path);
        file.Append(Decided);
        file.Append(Tied);

        Assert.Equal(
            """
            {"prompt":"Capital?","chosen":"Paris é \"1\"\n","rejected":"London",
            "rater":"ada","time":"2026-01-31T12:00:00Z","chosen_run":"runs/a@0123456789ab","rejected_run":"runs/b@ba9876543210",
            "chosen_seed":7,"rejected_seed":18446744073709551615,"max_tokens":300}
            {"prompt":"Capital?","tie":true,"first":"London","second":"Paris é \"1\"\n",
            "rater":"bob","time":"2026-01-31T12:00:00Z","first_run":"runs/b@ba9876543210","second_run":"runs/a@0123456789ab",
            "first_seed":18446744073709551615,"second_seed":7,"max_tokens":300}

            """.ReplaceLineEndings("\n").Replace(",\n", ",", StringComparison.Ordinal),
            File.ReadAllText(Path)
        );
        var read = JudgementFile.Read(Path);
        Assert.Equal([Decided, Tied], read.Judgements);
        Assert.Empty(read.Problems);
        Assert.Equal(Decided.Pair, Tied.Pair);

        // Ties are passed over knowingly, and are no damaged lines.
        var preferences = PreferenceFile.Read(Path);
        Assert.Equal([new PreferencePair("Capital?", A.Text, B.Text)], preferences.Examples);
        Assert.Equal((0, 1), (preferences.Problems.Count, preferences.PassedOver));
        Assert.Equal(["Capital?", "Capital?"], PromptFile.Read(Path).Examples);
    }

    [Fact]
    public void AFileOfTiesAloneHasNothingToLearn()
    {
        JudgementFile.Open(Path).Append(Tied);

        var exception = Assert.Throws<ModelGenException>(() => PreferenceFile.Read(Path));
        Assert.StartsWith($"'{Path}' holds no preference to learn from, only ties; each line", exception.Message, StringComparison.Ordinal);
    }

    /// <summary>Only what says so is a tie, and the place of a preference is still its line.</summary>
    [Fact]
    public void OtherKeysOfThatNameAreNotRead()
    {
        _folder.Write(
            "sub/judged.jsonl",
            """
            {"tie": true}
            {"prompt": "a", "chosen": "b", "rejected": "c", "tie": false}
            {"prompt": "a", "chosen": "c", "rejected": "b", "tie": "no"}
            {"prompt": "a", "chosen": "b"}
            """u8
        );

        var read = PreferenceFile.Read(Path);

        Assert.Equal([new PreferencePair("a", "b", "c"), new PreferencePair("a", "c", "b")], read.Examples);
        Assert.Equal(($"{Path}(2)", $"{Path}(3)"), (read.PlaceOf(0), read.PlaceOf(1)));
        Assert.Equal([$"{Path}(4)"], read.Problems.Select(static problem => problem.File));
        Assert.Equal(1, read.PassedOver);
    }

    /// <summary>A process that is killed while it writes leaves a line that breaks off anywhere, also inside a character.</summary>
    [Fact]
    public void ALineThatBreaksOffCostsNoOther()
    {
        var file = JudgementFile.Open(Path);
        file.Append(Decided);
        var whole = File.ReadAllBytes(Path);
        file.Append(Tied);
        var both = File.ReadAllBytes(Path);
        for (var length = whole.Length; length < both.Length; length++)
        {
            File.WriteAllBytes(Path, both[..length]);
            var isComplete = length == both.Length - 1; // without the line break alone
            var isCut = length > whole.Length && !isComplete;

            var read = JudgementFile.Read(Path);
            Assert.Equal((isCut, isComplete ? 2 : 1), (read.IsCut, read.Judgements.Count));
            Assert.Equal(length, new FileInfo(Path).Length);

            JudgementFile.Open(Path).Append(Tied);
            Assert.Equal([Decided, .. isComplete ? new[] { Tied, Tied } : [Tied]], JudgementFile.Read(Path).Judgements);
            Assert.Empty(JudgementFile.Read(Path).Problems);
        }
    }

    [Fact]
    public void TheLastJudgementCanBeTakenBack()
    {
        var file = JudgementFile.Open(Path);
        file.Append(Decided);
        var before = File.ReadAllText(Path);
        file.Append(Tied);

        Assert.True(file.TakeBack());
        Assert.Equal(before, File.ReadAllText(Path));
        Assert.Equal([Decided], file.Judgements);

        // Something else has been written since.
        File.AppendAllText(Path, "{}\n");
        Assert.False(file.TakeBack());
        Assert.Equal(before + "{}\n", File.ReadAllText(Path));
        Assert.Equal([Decided], file.Judgements);
    }

    [Theory]
    [InlineData(
        "chosen_run\":\"runs/a@0123456789ab",
        "chosen_run\":\"runs/a",
        "does not say which runs wrote the answers, and with which seeds"
    )]
    [InlineData("chosen_seed\":7", "chosen_seed\":-7", "does not say which runs wrote the answers, and with which seeds")]
    [InlineData("2026-01-31T", "2026-13-31T", "has a 'time' that is no time such as 2026-01-31T12:00:00Z")]
    [InlineData("\"rater\":\"ada\"", "\"rater\":1", "has no rater: 'rater' is a number, not a string")]
    [InlineData(
        "\"rejected\":\"London\",",
        "",
        "has no key 'rejected', only 'prompt', 'chosen', 'rater', 'time', 'chosen_run', 'rejected_run', 'chosen_seed', 'rejected_seed', 'max_tokens'"
    )]
    public void WhatIsNoJudgementIsNamedAndStays(string right, string wrong, string problem)
    {
        JudgementFile.Open(Path).Append(Decided);
        var line = File.ReadAllText(Path);
        Assert.Contains(right, line, StringComparison.Ordinal);
        File.WriteAllText(Path, line + line.Replace(right, wrong, StringComparison.Ordinal) + line);

        var read = JudgementFile.Open(Path);

        Assert.Equal([Decided, Decided], read.Judgements);
        Assert.Equal([($"{Path}(2)", problem)], read.Problems.Select(static each => (each.File, each.Reason)));
        Assert.Equal(3, File.ReadAllLines(Path).Length);
    }

    /// <summary>What someone named by mistake stays as it is.</summary>
    [Theory]
    [InlineData("some words without a line break")]
    [InlineData("{\"prompt\": \"a\", \"chosen\": \"b\", \"rejected\": \"c\"}\n{\"promp")]
    public void AFileOfSomethingElseIsLeftAlone(string content)
    {
        _folder.Write("sub/judged.jsonl", Encoding.UTF8.GetBytes(content));

        var exception = Assert.Throws<ModelGenException>(() => JudgementFile.Open(Path));

        Assert.StartsWith($"'{Path}' is no file of judgements: {Path}(1) ", exception.Message, StringComparison.Ordinal);
        Assert.Equal(content, File.ReadAllText(Path));
    }

    [Fact]
    public void WhatCannotBeReadOrWrittenIsTold()
    {
        Assert.Equal($"There is no file '{Path}'.", Assert.Throws<ModelGenException>(() => JudgementFile.Read(Path)).Message);

        _folder.Write("sub/judged.jsonl", [0xFF, 0xFE, .. Encoding.UTF8.GetBytes("{}\n")]);
        Assert.Equal(
            $"'{Path}' is not text in UTF-8, as a file of judgements is.",
            Assert.Throws<ModelGenException>(() => JudgementFile.Read(Path)).Message
        );
        Assert.StartsWith(
            $"The judgements in '{_folder["sub"]}' cannot be read: ",
            Assert.Throws<ModelGenException>(() => JudgementFile.Open(_folder["sub"])).Message,
            StringComparison.Ordinal
        );
        var below = System.IO.Path.Combine(Path, "below.jsonl");
        Assert.StartsWith(
            $"The judgements cannot be written to '{below}': ",
            Assert.Throws<ModelGenException>(() => JudgementFile.Open(below).Append(Decided)).Message,
            StringComparison.Ordinal
        );
    }
}
