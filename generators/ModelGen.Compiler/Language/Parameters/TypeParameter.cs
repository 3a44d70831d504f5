namespace ModelGen.Compiler.Language.Parameters;

/// <summary>A class of the user's own.</summary>
/// <param name="name">The key.</param>
/// <param name="summary">What it is about.</param>
/// <param name="wanted">The class that it must extend, with its namespace.</param>
internal sealed class TypeParameter(string name, string summary, string wanted) : Parameter<string>(name, summary)
{
    /// <summary>Whether it becomes part of the model's own surface.</summary>
    public bool IsExposed { get; init; }

    public override ValueForm Form => new TypeForm(wanted, IsExposed);

    protected override string Format(string value) => value;
}
