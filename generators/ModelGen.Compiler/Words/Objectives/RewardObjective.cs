using ModelGen.Compiler.Language;
using ModelGen.Compiler.Shapes;

namespace ModelGen.Compiler.Words.Objectives;

/// <summary>An objective of a network of tokens that tells what an answer to a prompt is worth.</summary>
internal abstract class RewardObjective(string word, string summary, params Parameter[] parameters)
    : SupervisedObjective(word, summary, parameters)
{
    public sealed override string RunClass => "RewardRun";

    public abstract override IReadOnlyList<string> DataSets { get; }

    public sealed override string Unit => "samples";

    public sealed override string? Wanted(Shape output) =>
        output.Rank == 1 && output.Axes[0].Equals(1) ? null : "the reward of an answer, [1], as 'linear: 1' at the end gives";
}
