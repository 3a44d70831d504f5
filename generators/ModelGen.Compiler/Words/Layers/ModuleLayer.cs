using ModelGen.Compiler.Collections;
using ModelGen.Compiler.Graph;
using ModelGen.Compiler.Language;
using ModelGen.Compiler.Language.Parameters;
using ModelGen.Compiler.Operations;
using ModelGen.Compiler.Shapes;

namespace ModelGen.Compiler.Words.Layers;

internal sealed class ModuleLayer()
    : Layer(
        "module",
        "a module of your own: a class that extends `torch.nn.Module<Tensor, Tensor>`; its parameters train and are saved with the model's",
        Type,
        Numbers,
        Output,
        Causal
    )
{
    private static readonly TypeParameter Type = new(
        "type",
        "the class, with its namespace",
        "TorchSharp.torch.nn.Module<TorchSharp.torch.Tensor, TorchSharp.torch.Tensor>"
    )
    {
        IsMain = true,
        IsRequired = true,
        IsExposed = true,
    };

    private static readonly NumbersParameter Numbers = NumbersParameter.OfConstructor();

    private static readonly ShapeParameter Output = new("output", "the shape of its result without the batch, which the first run checks")
    {
        Absent = "the shape of its input",
    };

    private static readonly FlagParameter Causal = new(
        "causal",
        "whether no position of a sequence sees a later one, as the objective `next-token` requires"
    )
    {
        Default = false,
    };

    public override string ResultName => "result";

    public override string ShapeRule => "[…] -> output";

    public override string ExampleInput => "tensor: [6, 4]";

    public override string Example => "module: { type: ModelGen.Layers.Unembedding, arguments: [4, 5], output: [6, 5], causal: true }";

    public override string Label(Arguments arguments) => $"module {arguments.Get(Type).Split('.').Last()}";

    public override Value? Build(LayerContext context)
    {
        if (!context.HasNumbers())
        {
            return null;
        }

        var output = context.Input.Shape;
        if (context.TryGet(Output, out var axes))
        {
            var known = context.Input.Shape.Axes.Concat(context.Data.Shape.Axes).Where(static axis => axis.Constant is null).ToList();
            var unknown = axes.FirstOrDefault(axis => axis.Symbol is { } symbol && known.All(other => other.ToString() != symbol));
            if (unknown is not null)
            {
                return context.Fail($"has an 'output' with the length {unknown.Symbol}, which its input {output} does not have", Output);
            }

            output = new Shape(
                new EquatableArray<Dim>(axes.Select(static axis => axis.Symbol is { } symbol ? Dim.Symbol(symbol) : axis.Length!.Value))
            );
        }

        if (!context.MayBe(Causal))
        {
            foreach (var axis in context.Input.Shape.Axes)
            {
                context.SeesAlong(axis);
            }
        }

        // What it draws or keeps is not known, so a batch is never split among threads.
        context.DrawsAtRandom();
        var op = new OwnModule(context.Get(Type), context.Get(Numbers), output, context.Get(Causal));
        return context.ApplyOwn(op, context.AddPart(op, null, WeightRole.None));
    }
}
