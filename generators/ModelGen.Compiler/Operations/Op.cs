using ModelGen.Compiler.Shapes;

namespace ModelGen.Compiler.Operations;

/// <summary>
/// One operation of the closed set that graphs consist of, with its arguments. Its summary defines what it computes; its operands are
/// tensors, then weights. It knows no back end: each back end has its own form of every operation, and passes read the properties declared
/// here.
/// </summary>
internal abstract record Op
{
    /// <summary>Its name, which fingerprints hash, so it never changes.</summary>
    public abstract string Name { get; }

    /// <summary>Its arguments by name, which fingerprints hash too.</summary>
    public virtual IReadOnlyList<OpArgument> Arguments => [];

    /// <summary>The precision that it works in.</summary>
    public abstract NumericClass NumericClass { get; }

    /// <summary>Whether finite inputs always give finite results, so that NaN and infinity cannot originate in it.</summary>
    public virtual bool KeepsFinite => false;

    /// <summary>The values that its result can have, given those of its first operand.</summary>
    public virtual Interval Bounds(Interval input) => NumericClass == NumericClass.View ? input : Interval.Any;

    /// <summary>
    /// Whether the rows of its weight, or its elements, are independent, so that the weight is no matrix of a map between features. The
    /// runtime's <c>NamedParameter.IsMatrix</c> says the same of modules.
    /// </summary>
    public virtual bool HasIndependentRows => false;

    /// <summary>The type of its result's elements.</summary>
    public virtual ElementType ResultType => ElementType.Number;

    /// <summary>How many tensors it returns, all of the same shape.</summary>
    public virtual int Results => 1;

    /// <summary>Whether its result has a batch axis where an operand has one; otherwise it is the same for all samples.</summary>
    public virtual bool HasBatch => true;

    /// <summary>
    /// The shape of its result, from those of its operands, without the batch. Whatever adds the operation has checked that the operands
    /// are valid.
    /// </summary>
    public abstract Shape Infer(IReadOnlyList<Shape> operands);

    /// <summary>Which of its tensors backward reads.</summary>
    public virtual Kept Kept => NumericClass == NumericClass.View ? Kept.Nothing : Kept.Inputs;

    /// <summary>How many other numbers it keeps for the backward of one sample.</summary>
    public virtual Dim KeptBesides(IReadOnlyList<Shape> operands) => 0;

    /// <summary>How many numbers the backward of one sample needs while it runs, besides the gradients.</summary>
    public virtual Dim Workspace(IReadOnlyList<Shape> operands) => 0;

    /// <summary>The multiply-adds of one sample.</summary>
    public virtual Dim MultiplyAdds(IReadOnlyList<Shape> operands) => 0;
}

/// <summary>An argument of an operation.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Value">A <see cref="long"/>, <see cref="double"/>, <see cref="bool"/> or <see cref="string"/>, a list of whole numbers, or
/// a <see cref="Shape"/>.</param>
internal sealed record OpArgument(string Name, object Value);
