using ModelGen.Compiler.Operations;

namespace ModelGen.Compiler.CSharp.Operations;

/// <summary>How one operation of the closed set is written in TorchSharp; each has its own file and is found by its class.</summary>
internal abstract class Spelling
{
    private static readonly IReadOnlyDictionary<Type, Spelling> All = typeof(Spelling)
        .Assembly.GetTypes()
        .Where(static type => !type.IsAbstract && typeof(Spelling).IsAssignableFrom(type))
        .Select(static type => (Spelling)Activator.CreateInstance(type)!)
        .ToDictionary(static spelling => spelling.OpType);

    /// <summary>The type of the operation.</summary>
    public abstract Type OpType { get; }

    /// <summary>The spelling of an operation.</summary>
    public static Spelling Of(Op op) => All[op.GetType()];

    /// <summary>The expression that computes it.</summary>
    /// <param name="op">The operation.</param>
    /// <param name="operands">The C# of its operands.</param>
    public abstract string Expression(Op op, Operands operands);

    /// <summary>The expression that computes it for the positions of a decoding step; elsewhere the same.</summary>
    /// <param name="op">The operation.</param>
    /// <param name="operands">The C# of its operands.</param>
    public abstract string Step(Op op, Operands operands);

    /// <summary>The module that holds its state.</summary>
    /// <param name="op">The operation.</param>
    /// <param name="part">The part that has the state.</param>
    public abstract ModuleSpelling Module(Op op, PartText part);
}

/// <summary>How <typeparamref name="T"/> is written in TorchSharp.</summary>
internal abstract class Spelling<T> : Spelling
    where T : Op
{
    public sealed override Type OpType => typeof(T);

    public sealed override string Expression(Op op, Operands operands) => Expression((T)op, operands);

    public sealed override string Step(Op op, Operands operands) => Step((T)op, operands);

    public sealed override ModuleSpelling Module(Op op, PartText part) => Module((T)op, part);

    /// <summary>The expression that computes it; not called for operations that a family's base class performs.</summary>
    protected virtual string Expression(T op, Operands operands) =>
        throw new InvalidOperationException($"{op.Name} is not an operation of a graph");

    /// <summary>The expression that computes it in a decoding step, which <see cref="Operands.Step"/> names.</summary>
    protected virtual string Step(T op, Operands operands) => Expression(op, operands);

    /// <summary>The module that holds its state; called only for operations that have state.</summary>
    protected virtual ModuleSpelling Module(T op, PartText part) => throw new InvalidOperationException($"{op.Name} has no state");
}

/// <summary>A module in C#.</summary>
/// <param name="Type">Its class.</param>
/// <param name="Construction">The expression that creates it, with <c>device</c> in scope.</param>
internal sealed record ModuleSpelling(string Type, string Construction);
