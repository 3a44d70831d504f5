using System.Globalization;
using ModelGen.Answers;
using ModelGen.Data;
using ModelGen.Tokenization;

namespace ModelGen.Tests.Answers;

/// <summary>Made-up answers whose steps are sums of two small numbers, some of them wrong.</summary>
internal static class Sums
{
    public const int Context = 24;

    public static Tokenizer Tokenizer { get; } =
        CharacterTokenizer.FromText(TextCorpus.FromText("01234+=\n? "), 12, (SpecialTokenRole.Padding, "_"), (SpecialTokenRole.End, "."));

    public static bool IsRight(string step) => step.Length == 5 && step[0] - '0' + step[2] - '0' == step[4] - '0';

    /// <summary>An answer of one to three steps.</summary>
    public static RatedSteps Next(Random random)
    {
        string[] steps = [.. Enumerable.Range(0, 1 + random.Next(3)).Select(_ => Step(random))];
        return new RatedSteps(random.Next(2) == 0 ? "" : "0?", steps, [.. steps.Select(static step => IsRight(step) ? 1.0 : 0)]);
    }

    public static RatedSteps[] Many(int count, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => Next(random))];
    }

    /// <summary>Answers to train on, and others to validate on.</summary>
    public static StepDataset Data(IReadOnlyList<RatedSteps> training, IReadOnlyList<RatedSteps> validation) =>
        StepDataset.Create(new(training), new(validation), Tokenizer, Context);

    /// <summary>A prompt with its answer as a model reads it.</summary>
    public static string Text(RatedSteps answer) => $"{(answer.Prompt.Length > 0 ? answer.Prompt : ".")}{string.Join('\n', answer.Steps)}.";

    private static string Step(Random random)
    {
        var (a, b) = (random.Next(3), random.Next(3));
        return string.Create(CultureInfo.InvariantCulture, $"{a}+{b}={(random.Next(2) == 0 ? a + b : random.Next(5))}");
    }
}
