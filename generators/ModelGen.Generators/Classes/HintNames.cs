namespace ModelGen.Generators.Classes;

/// <summary>The names of generated files.</summary>
internal static class HintNames
{
    /// <summary>
    /// The name of a class's file, with a number where names differ only in case: not every file system tells those apart, nor does the
    /// compiler.
    /// </summary>
    /// <param name="fullName">The class.</param>
    /// <param name="all">All classes that have such files.</param>
    public static string Of(string fullName, IEnumerable<string> all)
    {
        var twins = all.Where(name => string.Equals(name, fullName, StringComparison.OrdinalIgnoreCase))
            .OrderBy(static name => name, StringComparer.Ordinal)
            .ToList();
        var number = twins.IndexOf(fullName);
        return fullName + (number == 0 ? "" : FormattableString.Invariant($".{number + 1}"));
    }
}
