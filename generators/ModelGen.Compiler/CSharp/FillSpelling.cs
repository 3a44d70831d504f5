using ModelGen.Compiler.CSharp.Naming;
using ModelGen.Compiler.Graph;
using ModelGen.Compiler.Operations;

namespace ModelGen.Compiler.CSharp;

/// <summary>Writes the initialisation of a parameter as a statement.</summary>
internal static class FillSpelling
{
    /// <summary>The statement.</summary>
    /// <param name="start">The parameter, and what it is filled with.</param>
    /// <param name="tensor">The C# expression of the parameter.</param>
    /// <param name="code">The short names of the file.</param>
    public static string Statement(Start start, string tensor, ShortNames code) =>
        start.Fill switch
        {
            Fill.Normal fill => Normal(code, tensor, fill.Mean, fill.Deviation),
            Fill.TruncatedNormal fill => $"{code.Runtime("TruncatedNormal")}.Fill({tensor}, {Literal.Of(fill.Deviation)});",
            Fill.Uniform fill => $"{code.Nn}.init.uniform_({tensor}, low: -{Literal.Of(fill.Bound)}, high: {Literal.Of(fill.Bound)});",
            Fill.Constant fill => $"{code.Arithmetic}.Fill({tensor}, {Literal.Of(fill.Value)});",
            Fill.Orthogonal fill => $"{code.Nn}.init.orthogonal_({tensor}, gain: {Literal.Of(fill.Gain)});",
            Fill.KaimingNormal fill => $"{code.Nn}.init.kaiming_normal_({tensor}, a: {Literal.Of(fill.Slope)});",
            Fill.KaimingUniform fill => $"{code.Nn}.init.kaiming_uniform_({tensor}, a: {Literal.Of(fill.Slope)});",

            // TorchSharp's xavier_normal_ draws from the uniform distribution.
            Fill.XavierNormal fill => Normal(code, tensor, 0, fill.Gain * Math.Sqrt(2.0 / Fans(start.Entry.Shape))),
            Fill.XavierUniform fill => $"{code.Nn}.init.xavier_uniform_({tensor}, gain: {Literal.Of(fill.Gain)});",
            Fill.Zeros => $"{code.Nn}.init.zeros_({tensor});",
            Fill.Ones => $"{code.Nn}.init.ones_({tensor});",
            _ => throw new InvalidOperationException($"{start.Fill.GetType().Name} has no C# spelling"),
        };

    private static string Normal(ShortNames code, string tensor, double mean, double deviation) =>
        $"{code.Nn}.init.normal_({tensor}, mean: {Literal.Of(mean)}, std: {Literal.Of(deviation)});";

    // Fan in plus fan out, for axes [out, in, window…].
    private static long Fans(IReadOnlyList<long> shape) =>
        checked((shape[0] + shape[1]) * shape.Skip(2).Aggregate(1L, static (product, length) => checked(product * length)));
}
