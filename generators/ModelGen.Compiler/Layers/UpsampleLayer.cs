using ModelGen.Compiler.Graph;
using ModelGen.Compiler.Language;
using ModelGen.Compiler.Spec;

namespace ModelGen.Compiler.Layers;

internal sealed class UpsampleLayer() : Layer("upsample", "the data enlarged by a whole factor along each axis", Scale, Mode)
{
    private static readonly SizesParameter Scale = new("scale", "the factor along each axis") { AllowsOne = true, IsMain = true, IsRequired = true };

    private static readonly ChoiceParameter Mode = new("mode", "`nearest` repeats elements, `linear` interpolates along every axis", "nearest", "linear") { Default = "nearest" };

    public override string ShapeRule => "[C, L…] -> [C, scale * L …]";

    public override string ExampleInput => "tensor: [4, 9]";

    public override string Example => "upsample: { scale: 2, mode: linear }";

    public override Value? Build(LayerContext context)
    {
        if (Spatial.Of(context) is not { } data || data.Each(context, Scale) is not { } scale)
        {
            return null;
        }

        var mode = context.Get(Mode) == "nearest" ? "Nearest" : data.Rank switch { 1 => "Linear", 2 => "Bilinear", _ => "Trilinear" };
        var output = new Shape(new EquatableArray<Dim>(data.Lengths.Select((length, i) => length * scale[i]).Prepend(data.Channels)));
        foreach (var length in data.Lengths.Where((_, i) => scale[i] > 1))
        {
            context.SeesAlong(length);
        }

        var factors = string.Join(", ", scale.Select(factor => NumberParameter.Text(factor)));
        return context.Apply(Arithmetic.Any, $"functional.interpolate($0, scale_factor: [{factors}], mode: torch.InterpolationMode.{mode}{(mode == "Nearest" ? "" : ", align_corners: false")})", output);
    }
}
