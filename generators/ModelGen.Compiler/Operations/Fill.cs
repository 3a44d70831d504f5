namespace ModelGen.Compiler.Operations;

/// <summary>What a parameter with axes [out, in, window…] is filled with before training: a closed set, like operations.</summary>
internal abstract record Fill
{
    /// <summary>N(mean, deviation²).</summary>
    public sealed record Normal(double Mean, double Deviation) : Fill;

    /// <summary>N(0, deviation²), redrawn beyond two standard deviations.</summary>
    public sealed record TruncatedNormal(double Deviation) : Fill;

    /// <summary>U(-bound, bound).</summary>
    public sealed record Uniform(double Bound) : Fill;

    /// <summary>Every element the same.</summary>
    public sealed record Constant(double Value) : Fill;

    /// <summary>Gain times a matrix with orthonormal rows or columns.</summary>
    public sealed record Orthogonal(double Gain) : Fill;

    /// <summary>N(0, s²), s = sqrt(2 / ((1 + slope²) * fan in)).</summary>
    public sealed record KaimingNormal(double Slope) : Fill;

    /// <summary>U(-b, b), b = sqrt(6 / ((1 + slope²) * fan in)).</summary>
    public sealed record KaimingUniform(double Slope) : Fill;

    /// <summary>N(0, s²), s = gain * sqrt(2 / (fan in + fan out)).</summary>
    public sealed record XavierNormal(double Gain) : Fill;

    /// <summary>U(-a, a), a = gain * sqrt(6 / (fan in + fan out)).</summary>
    public sealed record XavierUniform(double Gain) : Fill;

    /// <summary>Every element 0.</summary>
    public sealed record Zeros : Fill;

    /// <summary>Every element 1.</summary>
    public sealed record Ones : Fill;
}
