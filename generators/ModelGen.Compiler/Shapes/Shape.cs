using ModelGen.Compiler.Collections;

namespace ModelGen.Compiler.Shapes;

/// <summary>The lengths of a tensor's axes, without the batch, which always comes first.</summary>
internal sealed record Shape(EquatableArray<Dim> Axes)
{
    public Shape(params Dim[] axes)
        : this(new EquatableArray<Dim>(axes)) { }

    /// <summary>The number of axes.</summary>
    public int Rank => Axes.Count;

    /// <summary>The length of the last axis.</summary>
    public Dim Last => Axes[Rank - 1];

    /// <summary>The number of elements in one sample.</summary>
    public Dim Count => Axes.Aggregate((Dim)1, static (product, axis) => product * axis);

    /// <summary>The same shape with another length at <paramref name="axis"/>.</summary>
    public Shape With(int axis, Dim length) => new(new EquatableArray<Dim>(Axes.Select((own, i) => i == axis ? length : own)));

    /// <summary>The same shape with another last axis.</summary>
    public Shape WithLast(Dim length) => With(Rank - 1, length);

    /// <summary>The shape as messages show it: [T, 128].</summary>
    public override string ToString() => $"[{string.Join(", ", Axes)}]";

    /// <summary>The shape with the batch, as comments in generated code show it: [B, T, 128].</summary>
    public string WithBatch => Rank == 0 ? "[B]" : $"[B, {string.Join(", ", Axes)}]";
}

/// <summary>The type of a tensor's elements.</summary>
internal enum ElementType
{
    /// <summary>Real numbers (float).</summary>
    Number,

    /// <summary>Token ids (int64).</summary>
    TokenId,

    /// <summary>Other whole numbers (int64).</summary>
    Whole,
}
