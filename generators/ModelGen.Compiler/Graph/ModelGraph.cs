using ModelGen.Compiler.Shapes;
using ModelGen.Compiler.Spec;

namespace ModelGen.Compiler.Graph;

/// <summary>A complete, checked model: its own class and those inside it.</summary>
/// <param name="Spec">The spec.</param>
/// <param name="Data">What is known about the data.</param>
/// <param name="Root">The model's own class.</param>
/// <param name="Classes">The classes inside it, inner ones first.</param>
/// <param name="BatchSplit">How a batch may be split to compute its gradients.</param>
/// <param name="Precision">The precision of its products, as a spec names it.</param>
internal sealed record ModelGraph(
    ModelSpec Spec,
    DataShape Data,
    ModuleGraph Root,
    IReadOnlyList<ModuleGraph> Classes,
    BatchSplit BatchSplit,
    string Precision
)
{
    /// <summary>Whether no position of a sequence sees a later one.</summary>
    public bool IsCausal { get; init; }

    /// <summary>The class that gives the scores of the next token from those so far; null where none does.</summary>
    public ModuleGraph? Decoder { get; init; }

    /// <summary>The parts of a training step.</summary>
    public IReadOnlyList<TrainingPhase> Phases { get; init; } = [];

    /// <summary>How files store its weights; null where the spec says nothing of files.</summary>
    public WeightTable? Weights { get; init; }

    /// <summary>The file of its tokenizer; null where the spec names none.</summary>
    public NamedTokenizer? Tokenizer { get; init; }
}
