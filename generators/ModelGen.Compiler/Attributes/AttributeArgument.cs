using ModelGen.Compiler.CSharp.Naming;
using ModelGen.Compiler.Language;

namespace ModelGen.Compiler.Attributes;

/// <summary>An argument of an attribute.</summary>
/// <param name="parameters">Its parameters: one for each family whose group takes it.</param>
/// <param name="isPositional">Whether it may also be passed by position.</param>
internal sealed class AttributeArgument(IReadOnlyList<Parameter> parameters, bool isPositional)
{
    /// <summary>Its parameters, one for each family that has it.</summary>
    public IReadOnlyList<Parameter> Parameters { get; } = parameters;

    public bool IsPositional { get; } = isPositional;

    /// <summary>The key in a spec.</summary>
    public string Key => Parameters[0].Name;

    /// <summary>The property in C#.</summary>
    public string Property => Names.Pascal(Key);

    /// <summary>The constructor's parameter in C#.</summary>
    public string Local => Names.Local(Key);

    /// <summary>The property's type.</summary>
    public string PropertyType
    {
        get
        {
            var types = Parameters.Select(static parameter => TypeOf(parameter.Form)).Distinct().ToList();
            return types.Count == 1 ? types[0] : "object?";
        }
    }

    /// <summary>The type of the constructor's parameter; a list of numbers is <c>params</c>.</summary>
    public string PositionalType => Parameters[0].Form is SizesForm ? "params int[]" : TypeOf(Parameters[0].Form).TrimEnd('?');

    // Attributes allow only these types; any other value is text in the spec language.
    private static string TypeOf(ValueForm form) =>
        form switch
        {
            IntegerForm { Range.Maximum: <= int.MaxValue } => "int",
            IntegerForm => "long",
            NumberForm => "double",
            FlagForm => "bool",
            PairForm or NumbersForm => "double[]?",
            TextsForm => "string[]?",
            TypeForm => "global::System.Type?",
            SizesForm { AllowsOne: true } => "object?",
            SizesForm => "int[]?",
            _ => "string?",
        };
}
