using System.Text.Json.Nodes;

namespace ModelGen.Cli.Tests;

/// <summary>The runs that led to one.</summary>
public sealed class ChainTests : IDisposable
{
    private const string Writer = """
        model: Writer
        family: transformer
        data: { tokens: { tokenizer: characters, vocabulary: 30, context: 16, end-token: "." } }
        network: [embed: 8, residual: [self-attention: { heads: 2, causal: true }], unembed]
        objective: next-token
        training: { optimizer: { adamw: 1e-2 }, batch: 8, duration: 20 steps }

        """;

    private readonly Terminal _terminal = new();

    public ChainTests()
    {
        _terminal.Write("writer.model.yaml", Writer);
        _terminal.Write(
            "large.model.yaml",
            Writer.Replace("Writer", "Large", StringComparison.Ordinal).Replace("embed: 8", "embed: 16", StringComparison.Ordinal)
        );
        _terminal.Write(
            "words.txt",
            string.Concat(Enumerable.Range(0, 300).Select(static i => $"{(char)('c' + (i % 7))}{(i % 2 == 0 ? "a" : "b")}."))
        );
        Recipe("taught", "objective: { distillation: { teacher: Large, run: runs/large } }\ndata: { text: words.txt }", 20);
        Recipe("tuned", "start: { run: runs/taught }\ndata: { text: words.txt }", 10);
        Recipe("more", "start: { run: { folder: runs/tuned, new: [embed] } }\ndata: { text: words.txt }", 10);
    }

    public void Dispose() => _terminal.Dispose();

    [Fact]
    public void AChainIsShownAndMadeAgainToTheByte()
    {
        Train("large.model.yaml", "--data", "words.txt", "--seed", "5");
        Train("taught.run.yaml");
        Train("tuned.run.yaml", "--seed", "3");
        Train("more.run.yaml");
        var lines = Result("chain", "runs/more").Output.Split('\n');
        Assert.Equal(
            ["run Large large.run.yaml 5 20/20 finished", "run Writer taught.run.yaml 1 20/20 finished"],
            lines[1..3].Select(static line => string.Join(' ', Cells(line)[1..6].Prepend("run")))
        );
        Assert.Equal(["-", "runs/large", "runs/taught", "runs/tuned"], lines[1..5].Select(static line => Cells(line)[7]));
        Assert.Equal([""], lines[5..]);

        // What their folders keep is enough.
        foreach (var file in Directory.EnumerateFiles(_terminal["."], "*.yaml"))
        {
            File.Delete(file);
        }

        var (code, output, error) = Result("chain", "runs/more", "--repeat", "again");
        Assert.Equal((0, ""), (code, error));
        Assert.Contains("again/1-large has the same weights as runs/large, to the byte\n", output, StringComparison.Ordinal);
        Assert.Contains("again/4-more has the same weights as runs/more, to the byte\n", output, StringComparison.Ordinal);
        var repeated = JsonNode.Parse(Result("chain", "again/4-more", "--json").Output)!.AsArray();
        Assert.Equal(
            ["again/1-large", "again/2-taught", "again/3-tuned", "again/4-more"],
            repeated.Select(static run => (string)run!["path"]!)
        );
        Assert.Equal("again/3-tuned", (string)repeated[3]!["from"]![0]!);
        Assert.All(Enumerable.Range(1, 3), number =>
            Assert.Equal((string)repeated[number - 1]!["weights"]!, (string)repeated[number]!["took"]![0]!)
        );

        // It goes on where it stopped.
        Directory.Delete(_terminal["again/4-more"], recursive: true);
        (code, output, error) = Result("chain", "runs/more", "--repeat", "again");
        Assert.Equal((0, ""), (code, error));
        Assert.Equal(3, output.Split("finished before").Length - 1);
    }

    [Fact]
    public void WhatIsNotThereOrOtherIsTold()
    {
        Train("writer.model.yaml", "--data", "words.txt", "--out", "runs/taught");
        Train("tuned.run.yaml");
        Train("more.run.yaml");
        Assert.Equal(0, Result("chain", "runs/more", "--repeat", "again").Code);
        Train("tuned.run.yaml", "--seed", "9");
        var told = "\nruns/more took other weights from runs/tuned than it has now.\n";
        Assert.EndsWith(told, Result("chain", "runs/more").Output, StringComparison.Ordinal);
        Assert.Equal("runs/tuned", (string)JsonNode.Parse(Result("chain", "runs/more", "--json").Output)![2]!["changed"]![0]!);

        // What comes after a run that is made again is made again.
        var (code, output, error) = Result("chain", "runs/more", "--repeat", "again");
        Assert.Equal((1, "again/3-more has other weights than runs/more.\n"), (code, error));
        Assert.Single(output.Split('\n'), static line => line == "finished before");

        Directory.Delete(_terminal["runs/taught"], recursive: true);
        Assert.Contains(
            "\nruns/taught, which runs/tuned took weights from, is not there, in '",
            Result("chain", "runs/more").Output,
            StringComparison.Ordinal
        );
        (code, _, error) = Result("chain", "runs/more", "--repeat", "other");
        Assert.Equal(1, code);
        Assert.StartsWith(
            "error: 'runs/taught', which 'runs/tuned' took weights from, is not there, in '",
            error,
            StringComparison.Ordinal
        );
    }

    /// <summary>A teacher that was trained again is not the one that taught, and a file that a run started from is no teacher.</summary>
    [Fact]
    public void ATeacherIsToldApartFromAStart()
    {
        Train("large.model.yaml", "--data", "words.txt");
        Train("taught.run.yaml");
        Assert.DoesNotContain("other weights", Result("chain", "runs/taught").Output, StringComparison.Ordinal);
        Train("large.model.yaml", "--data", "words.txt", "--seed", "2");
        Assert.EndsWith(
            "\nruns/taught took other weights from runs/large than it has now.\n",
            Result("chain", "runs/taught").Output,
            StringComparison.Ordinal
        );
        var (code, _, error) = Result("train", "taught.run.yaml", "--resume", "--set", "training.duration=24 steps");
        Assert.Equal(1, code);
        Assert.Contains("used.0 was ", error, StringComparison.Ordinal);
    }

    [Fact]
    public void RunsThatTookWeightsFromEachOtherAreNotMadeAgain()
    {
        Train("writer.model.yaml", "--data", "words.txt", "--out", "runs/taught");
        Train("tuned.run.yaml");
        Train("tuned.run.yaml", "--out", "runs/taught", "--set", "start.run=runs/tuned");
        Assert.Equal(0, Result("chain", "runs/tuned").Code);
        Assert.Equal(
            (
                1,
                "",
                "error: 'runs/taught' and 'runs/tuned' took weights from each other, so that neither can be made again before the other.\n"
            ),
            Result("chain", "runs/tuned", "--repeat", "again")
        );
    }

    [Theory]
    [InlineData("\"seed\": \"1\"", "\"sed\": \"1\"", "The manifest of 'runs/writer' is damaged: it has no seed.")]
    [InlineData("\"seed\": \"1\"", "\"seed\": \"-1\"", "The manifest of 'runs/writer' is damaged: it has no seed.")]
    [InlineData("\"finished\"", "\"cancelled\"", "'runs/writer' is stopped; only finished runs are made again.")]
    public void WhatCannotBeMadeAgainIsToldFirst(string what, string other, string message)
    {
        Train("writer.model.yaml", "--data", "words.txt");
        var manifest = _terminal.Read("runs/writer/manifest.json");
        Assert.Contains(what, manifest, StringComparison.Ordinal);
        _terminal.Write("runs/writer/manifest.json", manifest.Replace(what, other, StringComparison.Ordinal));
        Assert.Equal((1, "", $"error: {message}\n"), Result("chain", "runs/writer", "--repeat", "again"));
        Assert.False(Directory.Exists(_terminal["again"]));
    }

    [Fact]
    public void ADamagedSpecIsTold()
    {
        Train("writer.model.yaml", "--data", "words.txt");
        _terminal.Write("runs/writer/writer.run.yaml", "run: [");
        Assert.Contains("\nThe spec of the run in 'runs/writer' ", Result("chain", "runs/writer").Output, StringComparison.Ordinal);
        Assert.StartsWith(
            "error: The spec of the run in 'runs/writer' ",
            Result("chain", "runs/writer", "--repeat", "again").Error,
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData(1, "error: There is no folder 'none'.\n", "chain", "none")]
    [InlineData(1, "error: 'words.txt' is a file, not the folder of a run, or of several.\n", "chain", "words.txt")]
    [InlineData(
        2,
        "--json shows a chain; leave --repeat out.\n'modelgen chain --help' tells more.\n",
        "chain",
        "runs/a",
        "--repeat",
        "b",
        "--json"
    )]
    [InlineData(
        2,
        "--device is for --repeat; a chain that is only shown runs on none.\n'modelgen chain --help' tells more.\n",
        "chain",
        "runs/a",
        "--device",
        "cpu"
    )]
    public void WrongArgumentsAreTold(int code, string message, params string[] arguments) =>
        Assert.Equal((code, "", message), Result(arguments));

    private static string[] Cells(string line) => line.Split(' ', StringSplitOptions.RemoveEmptyEntries);

    private void Recipe(string name, string keys, int steps) =>
        _terminal.Write(
            $"{name}.run.yaml",
            $"run: {char.ToUpperInvariant(name[0])}{name[1..]}\nmodel: Writer\n{keys}\n"
                + $"training: {{ optimizer: {{ adamw: 1e-2 }}, batch: 8, duration: {steps} steps }}\n"
        );

    private void Train(params string[] arguments)
    {
        var (code, output, error) = Result([.. arguments.Prepend("train"), "--no-evaluation"]);
        Assert.True((code, error) == (0, ""), output + error);
    }

    private (int Code, string Output, string Error) Result(params string[] arguments) => _terminal.Run(arguments);
}
