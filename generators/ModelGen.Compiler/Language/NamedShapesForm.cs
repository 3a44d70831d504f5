namespace ModelGen.Compiler.Language;

/// <summary>Names, each with the shape of a tensor; its values are arrays of <see cref="NamedShape"/>.</summary>
/// <param name="What">What is named, for messages: "a side input".</param>
internal sealed record NamedShapesForm(string What) : ValueForm
{
    /// <summary>More than one for each layer of any practical model.</summary>
    public const int MaximumCount = 1000;

    public override string Type => $"names with shapes such as {Shape.Examples}";

    /// <summary>The shape of each.</summary>
    public ShapeForm Shape => new(AllowsBounds: true);
}
