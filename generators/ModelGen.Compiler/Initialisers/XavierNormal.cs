using ModelGen.Compiler.Language;

namespace ModelGen.Compiler.Initialisers;

internal sealed class XavierNormal() : Initialiser("xavier-normal", "N(0, s²), s = gain * sqrt(2 / (fan in + fan out)): Glorot and Bengio 2010", Gain)
{
    private static readonly NumberParameter Gain = new("gain", "a factor, such as sqrt(2) before relu") { Range = Language.Range.Positive, IsMain = true, Default = 1 };

    public override string Example => "xavier-normal: { gain: sqrt(2) }";

    public override string Statement(string tensor, IReadOnlyList<long> shape, Arguments arguments)
    {
        // TorchSharp's xavier_normal_ draws from the uniform distribution.
        var window = shape.Skip(2).Aggregate(1L, (product, length) => checked(product * length));
        var deviation = arguments.Get(Gain) * Math.Sqrt(2.0 / checked((shape[0] + shape[1]) * window));
        return $"nn.init.normal_({tensor}, mean: 0, std: {NumberParameter.Text(deviation)});";
    }
}
