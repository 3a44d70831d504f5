using ModelGen.Compiler.Shapes;

namespace ModelGen.Compiler.Operations;

/// <summary>
/// One operation of the closed set that graphs are made of, with its arguments: what it means is in its summary, its operands are tensors
/// and then weights. No back end is known here; each spells every operation, and passes read what the operation says of itself.
/// </summary>
internal abstract record Op
{
    /// <summary>Its name, which fingerprints hash: it never changes.</summary>
    public abstract string Name { get; }

    /// <summary>Its arguments by name, which fingerprints hash as well.</summary>
    public virtual IReadOnlyList<OpArgument> Arguments => [];

    /// <summary>In which precision it wants to work.</summary>
    public abstract NumericClass NumericClass { get; }

    /// <summary>Whether it gives finite numbers for all finite numbers, so that NaN and infinity cannot begin in it.</summary>
    public virtual bool KeepsFinite => false;

    /// <summary>How many tensors it gives, all of one shape.</summary>
    public virtual int Results => 1;

    /// <summary>Whether its result is one for each sample where an operand is; otherwise it is one for all.</summary>
    public virtual bool HasBatch => true;

    /// <summary>
    /// The shape of what it gives, from those of its operands, tensors without their batch. Whoever adds the operation has checked that the
    /// operands suit it.
    /// </summary>
    public abstract Shape Infer(IReadOnlyList<Shape> operands);

    /// <summary>The multiply-adds of one sample.</summary>
    public virtual Dim MultiplyAdds(IReadOnlyList<Shape> operands) => 0;
}

/// <summary>An argument of an operation.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Value">A <see cref="long"/>, <see cref="double"/>, <see cref="bool"/> or <see cref="string"/>, a list of whole numbers, or
/// a <see cref="Shape"/>.</param>
internal sealed record OpArgument(string Name, object Value);
