using ModelGen.Compiler.Graph;
using ModelGen.Compiler.Language;
using ModelGen.Compiler.Language.Parameters;
using ModelGen.Compiler.Operations;
using ModelGen.Compiler.Shapes;
using ModelGen.Compiler.Text;

namespace ModelGen.Compiler.Words.Layers;

internal sealed class MixtureOfExpertsLayer()
    : Layer(
        "mixture-of-experts",
        "each vector of the last axis goes through the `top-k` of several experts, of the same layers each with its own weights, that a "
            + "router, softmax(x Wᵀ) in float32, finds likeliest, and their results are added up, weighed by the router: Shazeer et al. "
            + "2017; the weights of the `top-k` sum to 1, as in Jiang et al. 2024, but a single one has the router's probability, as in "
            + "Fedus et al. 2021",
        Experts,
        TopK,
        Balance,
        ZLoss,
        Body,
        Initialiser.OfLayer
    )
{
    private static readonly IntegerParameter Experts = new("experts", "how many experts there are")
    {
        IsMain = true,
        IsRequired = true,
        Minimum = 2,
        Maximum = 1000,
    };

    private static readonly IntegerParameter TopK = new("top-k", "how many of them a vector goes through, fewer than all") { Default = 2 };

    private static readonly NumberParameter Balance = new(
        "balance",
        "the weight, in the loss of training, of the load-balancing loss, experts · Σ f · p with the share f of the vectors' choices and "
            + "the mean probability p of each expert, which is 1 where all are used alike: Fedus et al. 2021"
    )
    {
        Range = Language.Range.NonNegative,
        Default = 0.01,
    };

    private static readonly NumberParameter ZLoss = new(
        "z-loss",
        "the weight, in the loss of training, of the mean of (log Σ exp(x Wᵀ))², which keeps the router's logits small: Zoph et al. 2022"
    )
    {
        Range = Language.Range.NonNegative,
        Default = 0.001,
    };

    private static readonly LayersParameter Body = new("layers", "the layers of an expert, from a vector [n] to a vector [m]")
    {
        IsRequired = true,
    };

    public override string ResultName => "mixed";

    public override string ShapeRule => "[…, n] -> […, m]";

    public override string ExampleInput => "tensor: [6, 4]";

    public override string Example =>
        "mixture-of-experts: { experts: 4, top-k: 2, balance: 0.02, z-loss: 0.002, layers: [linear: 8, gelu, linear: 4], "
        + "initialiser: { normal: 0.1 } }";

    public override double CountLayers(Arguments arguments) => 1 + (arguments.Get(Experts) * CountLayers(arguments.Get(Body)));

    public override double CountResiduals(Arguments arguments) => CountResiduals(arguments.Get(Body));

    public override Value? Build(LayerContext context)
    {
        if (!context.HasFeatures(out var width))
        {
            return null;
        }

        var (count, topK) = (context.Get(Experts), context.Get(TopK));
        if (topK >= count)
        {
            return context.OutOfRange(TopK, NumberText.Of(topK), FormattableString.Invariant($"less than the {count} experts"));
        }

        // Parts of a batch balance their own vectors, and how many parts there are must be the spec's choice, not the machine's.
        if (context.Get(Balance) > 0)
        {
            context.ComparesWithinParts();
        }

        return context.Nested(inner =>
        {
            if (Expert(inner, width) is not { } expert)
            {
                return null;
            }

            var op = new MixtureOfExperts(topK, context.Get(Balance), context.Get(ZLoss))
            {
                Features = expert.Output.Shape.Last.Constant!.Value,
                Each = expert.MultiplyAdds,
            };
            var router = inner.AddPart(op, "router", WeightRole.Inner, new StateEntry("weight", count, width));
            var experts = inner.AddClasses("experts", [.. Enumerable.Repeat(expert, (int)count)], isList: true);
            return inner.ApplyExperts(op, experts, inner.Input, router.Weight("weight"));
        });
    }

    // The class of one expert, which takes vectors of any samples as its batch; null after reporting what it cannot be made of.
    private static ModuleGraph? Expert(LayerContext context, long width)
    {
        var before = context.Model.WholeBatchLayers.Count;
        var vector = new Value(
            new Shape(width),
            ElementType.Number,
            context.Input.Trail.Then(FormattableString.Invariant($"expert [{width}]")),
            context.Spec.Origin
        );
        var expert = context.Class("expert", context.Get(Body), vector, isBranch: context.EndsBranch && context.Model.HasBranchInitialiser);
        if (expert is null)
        {
            return null;
        }

        if (context.Model.WholeBatchLayers.Skip(before).FirstOrDefault(static layer => layer.MixesSamples) is { } mixing)
        {
            context.Fail($"sends each vector to experts of its own, and cannot contain a layer that mixes them: {mixing.Reason}", Body);
            return null;
        }

        if (expert.SideInputs.Concat(expert.SideOutputs).FirstOrDefault() is { } side)
        {
            context.Fail(
                $"sends each vector to experts of its own, so that its layers can neither take nor give '{side.Name}', which belongs to "
                    + "whole samples",
                Body
            );
            return null;
        }

        if (expert.Output.Shape is not { Rank: 1, Last.Constant: not null })
        {
            context.Fail($"needs layers that give a vector [m]; they give {expert.Output.Shape}", Body);
            return null;
        }

        return expert;
    }
}
