using ModelGen.Compiler.Language;
using ModelGen.Compiler.Shapes;

namespace ModelGen.Compiler.Words.Objectives;

/// <summary>An objective of a network of tokens that tells what an answer to a prompt, or each step of it, is worth.</summary>
internal abstract class RewardObjective(string word, string summary, params Parameter[] parameters)
    : SupervisedObjective(word, summary, parameters)
{
    public sealed override string RunClass => "RewardRun";

    public abstract override IReadOnlyList<string> DataSets { get; }

    public sealed override string Unit => "samples";

    public abstract override string? Wanted(Shape output);
}
