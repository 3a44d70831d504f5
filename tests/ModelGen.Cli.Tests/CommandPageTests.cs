using System.Globalization;
using ModelGen.Answers;
using ModelGen.Compiler.Tests;

namespace ModelGen.Cli.Tests;

/// <summary>What the page of the command shows.</summary>
public sealed class CommandPageTests : IDisposable
{
    private const string Example = "examples/DocsGpt/docs-gpt.model.yaml";

    private static readonly IReadOnlyList<Transcript> Page = Transcript.OfPage("docs/command.md");

    private readonly Terminal _terminal = new();

    public void Dispose() => _terminal.Dispose();

    /// <summary>None is left out below.</summary>
    [Fact]
    public void TheseAreItsCommands() =>
        Assert.Equal(["check", "plan", "rate", "runs", "compare", "chain"], Page.Select(static shown => shown.Arguments[0]));

    [Fact]
    public void AMistakeIsToldAsThePageShows()
    {
        _terminal.Write(
            "notes.model.yaml",
            "model: Notes\nfamily: transformer\ndata: { tokens: { context: 16 } }\nobjective: next-token\nnetwork: [embd: 8, unembed]\n"
        );
        var (code, output, error) = _terminal.Run([.. Shown("check").Arguments]);

        Assert.Equal((1, ""), (code, error));
        Shown("check").AssertPrinted(output);
    }

    [Fact]
    public void TheCostsOfTheExampleAreThoseOfThePage()
    {
        _terminal.Write(Example, Repository.Read(Example));

        var (code, output, error) = _terminal.Run([.. Shown("plan").Arguments]);

        Assert.Equal((0, ""), (code, error));
        Shown("plan").AssertPrinted(output);
    }

    /// <summary>The judgements that the page counts are those of its table.</summary>
    [Fact]
    public void JudgementsSayWhatThePageShows()
    {
        var file = JudgementFile.Open(_terminal["judged.jsonl"]);
        Judge("runs/preferred", "runs/short", wins: 40, ties: 0);
        Judge("runs/preferred", "runs/writer", wins: 17, ties: 23);
        Judge("runs/writer", "runs/short", wins: 23, ties: 17);

        var (code, output, error) = _terminal.Run([.. Shown("rate").Arguments]);

        Assert.Equal((0, ""), (code, error));
        Shown("rate").AssertPrinted(output);

        void Judge(string better, string worse, int wins, int ties)
        {
            for (var i = 0; i < wins + ties; i++)
            {
                var (one, other) = (Answer(better), Answer(worse));
                file.Append(new Judgement("", one, other, IsTie: i >= wins, "rule", DateTime.UnixEpoch));
            }
        }

        static JudgedAnswer Answer(string run) => new("a", new JudgedRun(run, $"{run.Length:D12}"), 1);
    }

    /// <summary>The runs of the example that the page lists and compares, shortened: the first was moved when the second began.</summary>
    [Fact]
    public void RunsAreListedAndComparedAsThePageShows()
    {
        _terminal.Write("docs-gpt.model.yaml", Repository.Read(Example).Replace("context: 64", "context: 16", StringComparison.Ordinal));
        _terminal.Write(
            "docs-gpt.run.yaml",
            "run: Short\nmodel: DocsGpt\ntraining: { optimizer: { adamw: 1e-3 }, batch: 12, duration: 1 epochs, validation: { every: 5 steps, batches: 1 } }\n"
        );
        _terminal.Write(
            "notes.txt",
            string.Concat(
                Enumerable
                    .Range(0, 150)
                    .Select(static line => string.Create(CultureInfo.InvariantCulture, $"Note {line} says what line {line + 1} denies.\n"))
            )
        );
        Train(seed: 1, steps: 20);
        Train(seed: 2, steps: 10);

        var (code, output, error) = _terminal.Run([.. Shown("compare").Arguments]);

        Assert.Equal((0, ""), (code, error));
        Shown("compare").AssertPrinted(output);

        // The page lists other runs, too.
        (code, output, error) = _terminal.Run([.. Shown("runs").Arguments]);
        Assert.Equal((0, ""), (code, error));
        var listed = Shown("runs")
            .Lines.Where(static line =>
                line.StartsWith("run ", StringComparison.Ordinal) || line.StartsWith("runs/docs-gpt", StringComparison.Ordinal)
            );
        Assert.Equal(3, listed.Count());
        (Shown("runs") with { Lines = [.. listed] }).AssertPrinted(output);
    }

    /// <summary>With fewer steps.</summary>
    [Fact]
    public void AChainIsShownAsThePageShows()
    {
        const string Training = "training: { optimizer: { adamw: 1e-2 }, batch: 4, duration: 5 steps }\n";
        foreach (var (name, model, width) in new[] { ("writer", "Writer", 8), ("pupil", "Pupil", 4) })
        {
            _terminal.Write(
                $"{name}.model.yaml",
                $"model: {model}\nfamily: transformer\ndata: {{ tokens: {{ context: 8 }} }}\nnetwork: [embed: {width}, unembed]\n"
                    + $"objective: next-token\n{Training}"
            );
        }

        _terminal.Write("names.txt", string.Concat(Enumerable.Repeat("emma\nolivia\nava\n", 20)));
        _terminal.Write(
            "taught.run.yaml",
            "run: Taught\nmodel: Pupil\nobjective: { distillation: { teacher: Writer, run: runs/writer } }\ndata: { text: names.txt }\n"
                + Training
        );
        _terminal.Write(
            "tuned.run.yaml",
            $"run: Tuned\nmodel: Pupil\nstart: {{ run: runs/taught }}\ndata: {{ text: names.txt }}\n{Training}"
        );
        string[][] runs =
        [
            ["writer.model.yaml", "--data", "names.txt"],
            ["taught.run.yaml"],
            ["tuned.run.yaml"],
        ];
        Assert.All(runs, run => Assert.Equal(0, _terminal.Run(["train", .. run, "--no-evaluation"]).Code));

        var (code, output, error) = _terminal.Run([.. Shown("chain").Arguments]);

        Assert.Equal((0, ""), (code, error));
        Shown("chain").AssertPrinted(output);
    }

    private static Transcript Shown(string verb) => Page.Single(shown => shown.Arguments[0] == verb);

    private void Train(int seed, int steps)
    {
        var (code, output, error) = _terminal.Run(
            "train",
            "docs-gpt.run.yaml",
            "--data",
            "notes.txt",
            "--seed",
            $"{seed}",
            "--set",
            $"training.duration={steps} steps"
        );
        Assert.True(code == 0, output + error);
    }
}
