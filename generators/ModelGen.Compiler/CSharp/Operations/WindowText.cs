using ModelGen.Compiler.CSharp.Naming;
using ModelGen.Compiler.Graph;
using ModelGen.Compiler.Operations;

namespace ModelGen.Compiler.CSharp.Operations;

/// <summary>Writes operations with a window in TorchSharp. Arguments that equal its defaults are left out.</summary>
internal static class WindowText
{
    /// <summary>A function of the window's rank on data, weight and bias.</summary>
    public static string Function(string name, Window window, IReadOnlyList<long> outputPadding, long groups, Operands operands)
    {
        var tensors = $"{operands[0]}, {operands[1]}{(operands.Count > 2 ? $", {operands.Nullable(2)}" : "")}";
        var options = Options(window.Rank == 1 ? "stride" : "strides", window, outputPadding, groups, List);
        return $"{operands.Code.Functional}.{name}{Literal.Of(window.Rank)}d({tensors}{options})";
    }

    /// <summary>A module of the window's rank.</summary>
    public static ModuleSpelling Module(
        string name,
        Window window,
        IReadOnlyList<long> outputPadding,
        long groups,
        PartText part,
        long from,
        long to
    )
    {
        var type = $"{name}{Literal.Of(window.Rank)}d";
        var bias = part.State.Count > 1 ? "" : ", bias: false";
        return new(
            $"{part.Code.Modules}.{type}",
            $"{part.Code.Nn}.{type}({Literal.Of(from)}, {Literal.Of(to)}, "
                + $"{Tuple(window.Kernel)}{Options("stride", window, outputPadding, groups, Tuple)}{bias}, device: device)"
        );
    }

    /// <summary>A pooling function of the window's rank.</summary>
    public static string Pool(string name, Window window, Operands operands) =>
        $"{operands.Code.Functional}.{name}{Literal.Of(window.Rank)}d({operands[0]}, {List(window.Kernel)}, {List(window.Stride)}, "
        + $"{List(window.Padding)})";

    private static string Options(
        string stride,
        Window window,
        IReadOnlyList<long> outputPadding,
        long groups,
        Func<IReadOnlyList<long>, string> text
    )
    {
        return string.Concat(
            Optional(stride, window.Stride, 1),
            Optional("padding", window.Padding, 0),
            Optional("output_padding", outputPadding, 0),
            Optional("dilation", window.Dilation, 1),
            groups == 1 ? "" : $", groups: {Literal.Of(groups)}"
        );

        string Optional(string name, IReadOnlyList<long> values, long normal) =>
            values.All(value => value == normal) ? "" : $", {name}: {text(values)}";
    }

    private static string Tuple(IReadOnlyList<long> values) => values.Count == 1 ? Literal.Of(values[0]) : $"({Literal.List(values)})";

    private static string List(IReadOnlyList<long> values) => values.Count == 1 ? Literal.Of(values[0]) : $"[{Literal.List(values)}]";
}
