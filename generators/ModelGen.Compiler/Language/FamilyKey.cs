namespace ModelGen.Compiler.Language;

/// <summary>A key of a family with its enclosing groups.</summary>
/// <param name="Path">The groups and the key, such as <c>training.optimizer</c>.</param>
/// <param name="Parameter">What it takes.</param>
internal sealed record FamilyKey(string Path, Parameter Parameter)
{
    /// <summary>Every key of a family, each group before its keys.</summary>
    public static IEnumerable<FamilyKey> Of(FamilyWord family) => Of(family.Parameters);

    /// <summary>Some keys of a family, and every key inside them.</summary>
    public static IEnumerable<FamilyKey> Of(IReadOnlyList<Parameter> parameters) => Of("", parameters);

    private static IEnumerable<FamilyKey> Of(string prefix, IReadOnlyList<Parameter> parameters) =>
        parameters.SelectMany(parameter =>
        {
            var key = new FamilyKey(prefix + parameter.Name, parameter);
            return parameter.Form is GroupForm group ? Of(key.Path + ".", group.Parameters).Prepend(key) : [key];
        });
}
