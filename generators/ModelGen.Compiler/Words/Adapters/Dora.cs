using ModelGen.Compiler.Graph;
using ModelGen.Compiler.Language;
using ModelGen.Compiler.Spec;

namespace ModelGen.Compiler.Words.Adapters;

internal sealed class Dora()
    : Adapter(
        "dora",
        "m (W + s B A) / ‖W + s B A‖ by rows in place of each weight W, where m, at the beginning the norms of W's rows, is trained as "
            + "well: Liu et al. 2024, \"DoRA\"; the divisor counts as a constant where gradients are computed"
    )
{
    public override string Record => "DoraOptions";

    public override IReadOnlyList<StateEntry> Trained(Arguments arguments, StateEntry weight) =>
        [.. base.Trained(arguments, weight), new("magnitude", weight.Shape[0])];
}
