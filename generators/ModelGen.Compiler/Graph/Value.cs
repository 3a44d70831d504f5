using ModelGen.Compiler.Shapes;

namespace ModelGen.Compiler.Graph;

/// <summary>A tensor of the graph: an input of a module, or a result of an operation.</summary>
internal sealed class Value(Shape shape, ElementType type, Trail trail, int origin) : Operand(shape)
{
    public ElementType Type { get; } = type;

    /// <summary>How the shape came about.</summary>
    public Trail Trail { get; set; } = trail;

    /// <summary>The layer that produced it; -1 for an input.</summary>
    public int Origin { get; } = origin;

    /// <summary>Its name in the spec.</summary>
    public string? Name { get; set; }

    /// <summary>
    /// What a paper would call it, as a word; a name in the spec takes precedence. Nothing that is checked, saved or hashed depends on it.
    /// </summary>
    public string? Hint { get; set; }

    /// <summary>The precision of its numbers, as a spec names it.</summary>
    public string Precision { get; set; } = Shapes.Precision.Full;

    /// <summary>Whether it has a batch axis; a tensor computed from weights alone is the same for all samples.</summary>
    public bool HasBatch { get; init; } = true;

    /// <summary>How often it is read by an operation or returned.</summary>
    public int Uses { get; set; }

    /// <summary>Sets the hint and returns the tensor.</summary>
    public Value Called(string hint)
    {
        Hint = hint;
        return this;
    }

    /// <summary>The shape in words, with a note where the elements are not numbers.</summary>
    public string Description => Type == ElementType.TokenId ? $"token ids {Shape}" : Shape.ToString();
}

/// <summary>The layers that a tensor has passed through, latest last; shared between tensors.</summary>
internal sealed class Trail(Trail? before, string step)
{
    private const int Shown = 12;

    public Trail Then(string next) => new(this, next);

    public override string ToString()
    {
        var steps = new List<string>();
        for (var trail = this; trail is not null; trail = trail.Before)
        {
            steps.Add(trail.Step);
        }

        steps.Reverse();
        if (steps.Count > Shown)
        {
            steps.RemoveRange(2, steps.Count - Shown);
            steps.Insert(2, "…");
        }

        return string.Join(" -> ", steps);
    }

    private Trail? Before { get; } = before;

    private string Step { get; } = step;
}
