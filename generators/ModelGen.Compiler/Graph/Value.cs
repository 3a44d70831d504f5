using ModelGen.Compiler.Shapes;

namespace ModelGen.Compiler.Graph;

/// <summary>A tensor of the graph: what comes into a module, or the result of one operation.</summary>
internal sealed class Value(Shape shape, ElementType type, Trail trail, int origin) : Operand(shape)
{
    public ElementType Type { get; } = type;

    /// <summary>How the shape came about.</summary>
    public Trail Trail { get; set; } = trail;

    /// <summary>The layer that made it; -1 for an input.</summary>
    public int Origin { get; } = origin;

    /// <summary>The name that a spec gave it.</summary>
    public string? Name { get; set; }

    /// <summary>
    /// What a paper would call it, as a word; the name that a spec gave it goes before. It names nothing that is checked, saved or hashed.
    /// </summary>
    public string? Hint { get; set; }

    /// <summary>The precision of its numbers, by the word that a spec has for it.</summary>
    public string Precision { get; set; } = Shapes.Precision.Full;

    /// <summary>Whether it has a batch; a tensor made of weights alone is one for all samples.</summary>
    public bool HasBatch { get; init; } = true;

    /// <summary>How many operations read it, or hand it out.</summary>
    public int Uses { get; set; }

    /// <summary>The tensor, with what a paper would call it.</summary>
    public Value Called(string hint)
    {
        Hint = hint;
        return this;
    }

    /// <summary>The shape in words, with a note where the elements are no numbers.</summary>
    public string Description => Type == ElementType.TokenId ? $"token ids {Shape}" : Shape.ToString();
}

/// <summary>The layers that a tensor went through, latest last; shared between tensors.</summary>
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
