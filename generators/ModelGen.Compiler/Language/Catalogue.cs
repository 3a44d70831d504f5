namespace ModelGen.Compiler.Language;

/// <summary>Every word of the language, found by its class: a new file is a new word.</summary>
internal static class Catalogue
{
    private static readonly IReadOnlyList<Definition> All =
    [
        .. typeof(Catalogue)
            .Assembly.GetTypes()
            .Where(static type =>
                !type.IsAbstract && typeof(Definition).IsAssignableFrom(type) && type.GetConstructor(Type.EmptyTypes) is not null
            )
            .Select(static type => (Definition)Activator.CreateInstance(type)!)
            .OrderBy(static definition => definition.Word, StringComparer.Ordinal),
    ];

    /// <summary>The words of a kind, in alphabetical order.</summary>
    public static IReadOnlyList<T> Of<T>()
        where T : Definition => Kind<T>.Words;

    private static class Kind<T>
        where T : Definition
    {
        public static readonly IReadOnlyList<T> Words = [.. All.OfType<T>()];
    }
}
