using ModelGen.Compiler.Operations;

namespace ModelGen.EndToEnd.Tests.Graphs.Interpretation;

/// <summary>
/// What each operation of the compiler's closed set computes, on arrays whose first axis is the batch; weights have none.
/// </summary>
internal sealed class Meanings
{
    private readonly Dictionary<Type, Func<Op, Grid[], IReadOnlyList<Grid>>> _all = [];

    private Meanings()
    {
        Elementwise.AddTo(this);
        Norms.AddTo(this);
        Positions.AddTo(this);
        Products.AddTo(this);
        Reductions.AddTo(this);
        Rearrangements.AddTo(this);
        Sliding.AddTo(this);
    }

    /// <summary>All of them.</summary>
    public static Meanings All { get; } = new();

    /// <summary>What an operation gives.</summary>
    public IReadOnlyList<Grid> Compute(Op op, Grid[] operands) =>
        _all.TryGetValue(op.GetType(), out var meaning)
            ? meaning(op, operands)
            : throw new InvalidOperationException($"What '{op.Name}' computes is not written in {nameof(Meanings)} yet.");

    /// <summary>Adds an operation that gives one tensor.</summary>
    public void Add<T>(Func<T, Grid[], Grid> meaning)
        where T : Op => AddAll<T>((op, operands) => [meaning(op, operands)]);

    /// <summary>Adds an operation that gives several tensors.</summary>
    public void AddAll<T>(Func<T, Grid[], IReadOnlyList<Grid>> meaning)
        where T : Op => _all.Add(typeof(T), (op, operands) => meaning((T)op, operands));
}
