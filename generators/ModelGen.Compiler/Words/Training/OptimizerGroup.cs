using ModelGen.Compiler.Graph;
using ModelGen.Compiler.Language;

namespace ModelGen.Compiler.Words.Training;

/// <summary>What one optimizer trains.</summary>
/// <param name="Name">Its name in messages; empty if it is the only one.</param>
/// <param name="Key">The key of the optimizer inside the training group.</param>
/// <param name="Optimizer">The optimizer.</param>
/// <param name="Parts">The parts of the model's own class.</param>
internal sealed record OptimizerGroup(string Name, string Key, Configured<Optimizer> Optimizer, IEnumerable<Part> Parts);
