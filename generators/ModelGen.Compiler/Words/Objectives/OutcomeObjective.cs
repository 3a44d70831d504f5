using ModelGen.Compiler.Language;
using ModelGen.Compiler.Shapes;

namespace ModelGen.Compiler.Words.Objectives;

/// <summary>An objective of a network that tells what a whole answer is worth, not each of its steps: an outcome reward model.</summary>
internal abstract class OutcomeObjective(string word, string summary, params Parameter[] parameters)
    : RewardObjective(word, summary, parameters)
{
    public sealed override string? Wanted(Shape output) =>
        output.Rank == 1 && output.Axes[0].Equals(1) ? null : "the reward of an answer, [1], as 'linear: 1' at the end gives";
}
