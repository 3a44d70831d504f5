using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using ModelGen.Compiler.Diagnostics;

namespace ModelGen.Generators.Reporting;

/// <summary>How each rule shows in builds and editors.</summary>
internal static class Descriptors
{
    /// <summary>For mistakes in files: one that cannot be compiled leaves no class, so they are errors that no setting turns off.</summary>
    public static readonly ImmutableDictionary<Rule, DiagnosticDescriptor> InFiles = Rules.All.ToImmutableDictionary(
        static rule => rule,
        static rule => Of(rule, WellKnownDiagnosticTags.NotConfigurable)
    );

    /// <summary>For mistakes in attributes, which settings and pragmas reach as they do every other diagnostic.</summary>
    public static readonly ImmutableDictionary<Rule, DiagnosticDescriptor> InAttributes = Rules.All.ToImmutableDictionary(
        static rule => rule,
        static rule => Of(rule)
    );

    /// <summary>The latter by number.</summary>
    public static readonly ImmutableArray<DiagnosticDescriptor> AllInAttributes =
    [
        .. InAttributes.Values.OrderBy(static descriptor => descriptor.Id, StringComparer.Ordinal),
    ];

    // The pages are in the package and at no address, so there is no link that an editor could open.
    private static DiagnosticDescriptor Of(Rule rule, params string[] tags) =>
        new(
            rule.Id,
            rule.Title,
            "{0}",
            "ModelGen",
            DiagnosticSeverity.Error,
            isEnabledByDefault: true,
            description: $"{rule.Cause} {rule.Fix} More in {rule.HelpPage} of the package ModelGen.",
            customTags: tags
        );
}
