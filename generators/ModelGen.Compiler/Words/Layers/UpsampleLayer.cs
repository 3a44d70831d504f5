using ModelGen.Compiler.Graph;
using ModelGen.Compiler.Language.Parameters;
using ModelGen.Compiler.Operations;

namespace ModelGen.Compiler.Words.Layers;

internal sealed class UpsampleLayer() : Layer("upsample", "the data enlarged by an integer factor along each axis", Scale, Mode)
{
    private static readonly SizesParameter Scale = new("scale", "the factor along each axis")
    {
        AllowsOne = true,
        IsMain = true,
        IsRequired = true,
    };

    private static readonly ChoiceParameter Mode = new(
        "mode",
        "`nearest` repeats elements, `linear` interpolates along every axis",
        "nearest",
        "linear"
    )
    {
        Default = "nearest",
    };

    public override string ResultName => "enlarged";

    public override string ShapeRule => "[C, L…] -> [C, scale * L …]";

    public override string ExampleInput => "tensor: [4, 9]";

    public override string Example => "upsample: { scale: 2, mode: linear }";

    public override Value? Build(LayerContext context)
    {
        if (Spatial.Of(context) is not { } data || data.Each(context, Scale) is not { } scale)
        {
            return null;
        }

        foreach (var length in data.Lengths.Where((_, i) => scale[i] > 1))
        {
            context.SeesAlong(length);
        }

        return context.Apply(new Upsample(new(scale), IsLinear: context.Get(Mode) == "linear"));
    }
}
