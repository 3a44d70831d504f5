using ModelGen.Compiler.Graph;
using ModelGen.Compiler.Language.Parameters;
using ModelGen.Compiler.Operations;
using ModelGen.Compiler.Shapes;
using ModelGen.Compiler.Text;

namespace ModelGen.Compiler.Words.Layers;

internal sealed class GroupNormLayer()
    : Layer(
        "group-norm",
        "(x - mean) / sqrt(variance + epsilon) * weight + bias for each group of channels of each sample: Wu and He 2018",
        Groups,
        Epsilon
    )
{
    private static readonly IntegerParameter Groups = new("groups", "how many groups the channels are split into")
    {
        IsMain = true,
        IsRequired = true,
    };

    private static readonly NumberParameter Epsilon = new("epsilon", "added to the variance")
    {
        Default = 1e-5,
        Range = Language.Range.Positive,
    };

    public override string ResultName => "normed";

    public override string ShapeRule => "[C, …] -> the same";

    public override string ExampleInput => "tensor: [4, 6]";

    public override string Example => "group-norm: { groups: 2, epsilon: 1e-4 }";

    public override Shape? ShapeAfterError(LayerContext context) => context.Input.Shape;

    public override Value? Build(LayerContext context)
    {
        if (!context.HasNumbers())
        {
            return null;
        }

        var shape = context.Input.Shape;
        if (shape.Rank == 0 || shape.Axes[0].Constant is not { } channels)
        {
            return context.Fail($"needs channels [C, …]; it gets {shape}");
        }

        var groups = context.Get(Groups);
        if (channels % groups != 0)
        {
            return context.OutOfRange(Groups, NumberText.Of(groups), FormattableString.Invariant($"a divisor of the {channels} channels"));
        }

        context.WarnIfConstant(
            shape.Axes.Skip(1).Aggregate((Dim)(channels / groups), static (product, axis) => product * axis),
            "groups of a single element",
            "its bias",
            "use fewer groups, or remove the layer"
        );
        context.SeesAlong(shape.Count);
        var op = new GroupNorm(groups, context.Get(Epsilon));
        var part = context.AddPart(op, null, WeightRole.Scale, new("weight", channels), new("bias", channels));

        // libtorch's backward crashes if an image or volume is in channels-last order, as after permute, and needs no gradient itself.
        var input = shape.Rank is 3 or 4 ? context.Apply(new Contiguous()) : context.Input;
        return context.Apply(op, input, part.Weight("weight"), part.Weight("bias"));
    }
}
