using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using ModelGen.Compiler.Diagnostics;

namespace ModelGen.Generators.Reporting;

/// <summary>How each rule appears in builds and editors.</summary>
internal static class Descriptors
{
    /// <summary>For mistakes in files: a file that cannot be compiled leaves no class, so no setting turns these errors off.</summary>
    public static readonly ImmutableDictionary<Rule, DiagnosticDescriptor> InFiles = Rules.All.ToImmutableDictionary(
        static rule => rule,
        static rule => Of(rule, WellKnownDiagnosticTags.NotConfigurable)
    );

    /// <summary>For mistakes in attributes, which settings and pragmas control like every other diagnostic.</summary>
    public static readonly ImmutableDictionary<Rule, DiagnosticDescriptor> InAttributes = Rules.All.ToImmutableDictionary(
        static rule => rule,
        static rule => Of(rule)
    );

    /// <summary>The descriptors for attributes, by number.</summary>
    public static readonly ImmutableArray<DiagnosticDescriptor> AllInAttributes =
    [
        .. InAttributes.Values.OrderBy(static descriptor => descriptor.Id, StringComparer.Ordinal),
    ];

    // The help pages are in the package, not online, so there is no link that an editor could open.
    private static DiagnosticDescriptor Of(Rule rule, params string[] tags) =>
        new(
            rule.Id,
            rule.Title,
            "{0}",
            "ModelGen",
            DiagnosticSeverity.Error,
            isEnabledByDefault: true,
            description: $"{rule.Cause} {rule.Fix} See {rule.HelpPage} in the package ModelGen.",
            customTags: tags
        );
}
