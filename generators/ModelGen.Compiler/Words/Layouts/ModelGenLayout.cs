using ModelGen.Compiler.Collections;
using ModelGen.Compiler.Graph;
using ModelGen.Compiler.Passes;

namespace ModelGen.Compiler.Words.Layouts;

internal sealed class ModelGenLayout() : WeightLayout("modelgen", "under the names of the model's own state, for any model")
{
    public override string ExampleModel =>
        """
            model: Example
            family: network
            data: { tokens: { context: 12 } }
            weights: { layout: modelgen }
            network: [embed: 8, linear: 4]
            """;

    protected override WeightTable Read(FlatGraph model)
    {
        foreach (var operation in model.Operations)
        {
            CheckHasNames(operation);
        }

        return new WeightTable(
            Word,
            "",
            new EquatableArray<WeightLink>(model.State.Select(static weight => weight.Link(weight.Name, 0, weight.Entry.Shape[0]))),
            default,
            null
        );
    }
}
