using ModelGen.Evaluation;
using ModelGen.Models;
using ModelGen.Policies;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.Examples.Results.Vowels;

/// <summary>
/// What names a model writes: the share that ends in a vowel, the share of distinct ones and of those that are in no list, and how far they
/// are from the model that it was, in nats a name: the mean of log π(name) − log π₀(name). Beside it is the share of the best of 8 names of
/// that model.
/// </summary>
/// <param name="model">The model.</param>
/// <param name="before">The model that it was.</param>
/// <param name="known">The names that are in a list.</param>
internal sealed class VowelMetric(NameWriter model, NameWriter before, IReadOnlySet<string> known) : Metric
{
    private const int Names = 2000;
    private const int Block = 100;
    private const ulong Seed = 77;

    public override string Name => "names";

    public override void AddTo(EvaluationReport report, EvaluationProgress progress)
    {
        foreach (var (writer, suffix) in new[] { (model, ""), (before, "_before") })
        {
            var names = Written(writer, progress);
            report.Add($"vowel_share{suffix}", names.Average(static name => Score(name)));
            report.Add($"distinct_share{suffix}", (double)names.Select(static name => name.Text).Distinct().Count() / names.Count);
            report.Add($"new_share{suffix}", names.Average(name => known.Contains(name.Text) ? 0.0 : 1));
            if (writer == model)
            {
                report.Add("divergence", names.Chunk(Block).Sum(block => Score(model, block) - Score(before, block)) / names.Count);
            }
        }

        var best = BestOfN.Best(
            new Rollouts(before, before.Tokenizer!, before.ContextLength),
            [.. Enumerable.Repeat("", Names)],
            n: 8,
            VowelPreferences.Rule,
            Seed,
            progress.CancellationToken
        );
        report.Add("vowel_share_of_best_of_8", best.Average(static each => each.Reward));
    }

    private static IReadOnlyList<Rollout> Written(NameWriter writer, EvaluationProgress progress) =>
        new Rollouts(writer, writer.Tokenizer!, writer.ContextLength).Generate([""], Names, Seed, progress.CancellationToken);

    private static double Score(Rollout name) => VowelPreferences.Rule.Score([name.Answer])[0];

    // log π of some names, each letter given those before it.
    private static double Score(LanguageModel writer, IReadOnlyList<Rollout> names)
    {
        using var scope = NewDisposeScope();
        using var constant = no_grad();
        writer.eval();
        var longest = names.Max(static name => name.Tokens.Count);
        var (read, next) = (zeros(names.Count, longest, ScalarType.Int64), full(names.Count, longest, -100L, ScalarType.Int64));
        for (var row = 0; row < names.Count; row++)
        {
            long[] tokens = [names[row].PromptTokens[^1], .. names[row].Tokens.Select(static token => (long)token)];
            read[row].narrow(0, 0, tokens.Length - 1).copy_(tensor(tokens[..^1]));
            next[row].narrow(0, 0, tokens.Length - 1).copy_(tensor(tokens[1..]));
        }

        var scores = writer.call(read.to(writer.Device)).flatten(0, 1);
        var losses = nn.functional.cross_entropy(scores, next.to(writer.Device).flatten(), reduction: nn.Reduction.Sum);
        return -losses.to(ScalarType.Float64).item<double>();
    }
}
