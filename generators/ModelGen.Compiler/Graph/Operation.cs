using System.Runtime.CompilerServices;
using ModelGen.Compiler.Collections;
using ModelGen.Compiler.Operations;

namespace ModelGen.Compiler.Graph;

/// <summary>One operation of a class on its operands.</summary>
/// <param name="Op">What it computes.</param>
/// <param name="Operands">The tensors and weights that it reads.</param>
/// <param name="Outputs">The tensors that it returns.</param>
/// <param name="Origin">The layer it belongs to.</param>
internal sealed record Operation(Op Op, EquatableArray<Operand> Operands, EquatableArray<Value> Outputs, int Origin)
{
    /// <summary>The tensors that it reads.</summary>
    public IEnumerable<Value> Inputs => Operands.OfType<Value>();

    /// <summary>The weights that it reads.</summary>
    public IEnumerable<Weight> Weights => Operands.OfType<Weight>();

    /// <summary>Its first output, which is the only one of most operations.</summary>
    public Value Output => Outputs[0];

    /// <summary>The part that a <see cref="Call"/> calls.</summary>
    public Callee? Callee { get; init; }

    /// <summary>The list of module classes that a <see cref="MixtureOfExperts"/> calls, each on some vectors of its input.</summary>
    public Part? Experts { get; init; }

    /// <summary>The part of a module whose parameters only the run knows.</summary>
    public Part? Own { get; init; }

    /// <summary>The part made for this very operation, if it reads all parameters of the part directly; otherwise null.</summary>
    public Part? Module
    {
        get
        {
            if (Own is not null)
            {
                return Own;
            }

            var part = Weights.Select(static weight => weight.Part).FirstOrDefault(part => part?.Op == Op);
            return
                part is not null
                && Weights.Count(weight => weight.Part == part && !weight.Entry.IsBuffer)
                    == part.State.Count(static entry => !entry.IsBuffer)
                ? part
                : null;
        }
    }

    /// <summary>Compares by reference: no two operations share their outputs.</summary>
    public bool Equals(Operation? other) => ReferenceEquals(this, other);

    /// <inheritdoc/>
    public override int GetHashCode() => RuntimeHelpers.GetHashCode(this);
}

/// <summary>A part that is a module class, or one module class of a list.</summary>
/// <param name="Part">The part.</param>
/// <param name="Index">The index of the class in the part.</param>
internal sealed record Callee(Part Part, int Index)
{
    /// <summary>The class.</summary>
    public ModuleGraph Graph => Part.Elements[Index];
}
