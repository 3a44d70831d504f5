using Microsoft.CodeAnalysis;

namespace ModelGen.Generators.Reporting;

/// <summary>
/// Paths as a build is to show them. A path in generated code is part of the file's hash in the debug information, so that builds in two
/// folders differ unless the compiler's PathMap is applied to it.
/// </summary>
internal static class MappedPaths
{
    /// <summary>What maps paths; null for nothing.</summary>
    public static IncrementalValueProvider<SourceFileResolver?> Resolver(IncrementalGeneratorInitializationContext context) =>
        context.CompilationProvider.Select(
            static (compilation, _) =>
                compilation.Options.SourceReferenceResolver is SourceFileResolver { PathMap.Length: > 0 } resolver ? resolver : null
        );

    /// <summary>A path as it is mapped.</summary>
    public static string Of(SourceFileResolver? resolver, string path) => resolver?.NormalizePath(path, baseFilePath: null) ?? path;
}
