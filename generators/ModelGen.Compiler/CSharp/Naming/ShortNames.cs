namespace ModelGen.Compiler.CSharp.Naming;

/// <summary>
/// The short names that a generated file uses for types of TorchSharp and of the runtime. Where the user's code or the model has such a
/// name, the file uses the full name instead, so that it always compiles.
/// </summary>
/// <remarks>
/// The <c>using</c> directives are inside the namespace, where they take precedence over enclosing namespaces and global directives. A file
/// without a namespace has no such place, so all its names are full.
/// </remarks>
internal sealed class ShortNames
{
    private static readonly IReadOnlyDictionary<string, string> Aliases = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["GELU"] = "TorchSharp.Modules.GELU",
        ["arithmetic"] = "ModelGen.Native.TensorArithmetic",
        ["functional"] = "TorchSharp.torch.nn.functional",
        ["modules"] = "TorchSharp.Modules",
        ["nn"] = "TorchSharp.torch.nn",
        ["torch"] = "TorchSharp.torch",
        ["Tensor"] = "TorchSharp.torch.Tensor",
    };

    // Members that models inherit and that generated code calls without an object.
    private static readonly string[] InheritedMembers =
    [
        "register_module",
        "state_dict",
        "training",
        "CheckInput",
        "CheckSideInput",
        "CheckTokens",
    ];

    /// <summary>The operator that gives a name as text, unless anything in scope has its name.</summary>
    public const string OperatorOfNames = "nameof";

    private readonly HashSet<string> _hidden;
    private readonly bool _areAllHidden;
    private readonly SortedSet<string> _usedAliases = new(StringComparer.Ordinal);
    private readonly SortedSet<string> _usedNamespaces = new(StringComparer.Ordinal);

    /// <param name="hidden">Names that mean something else in the scope of the code.</param>
    /// <param name="hasNamespace">Whether the file has a namespace.</param>
    public ShortNames(IEnumerable<string> hidden, bool hasNamespace)
    {
        _hidden = new HashSet<string>(hidden, StringComparer.Ordinal);
        _areAllHidden = !hasNamespace;
    }

    /// <summary>All short names, any of which the user's code may hide.</summary>
    public static IReadOnlyCollection<string> All { get; } =
        new HashSet<string>(
            Aliases.Keys.Concat(RuntimeTypes.Namespaces.Keys).Concat(InheritedMembers).Append(OperatorOfNames),
            StringComparer.Ordinal
        );

    /// <summary>The short names that a local variable could hide.</summary>
    public static IEnumerable<string> InLowerCase => Aliases.Keys.Where(static name => char.IsLower(name[0]));

    /// <summary>The classes of models of the project, by the names that specs have for them.</summary>
    public IReadOnlyDictionary<string, string> Models { get; init; } = new Dictionary<string, string>();

    /// <summary>TorchSharp's functions and its types.</summary>
    public string Torch => Alias("torch");

    /// <summary>TorchSharp's factories of modules.</summary>
    public string Nn => Alias("nn");

    /// <summary>TorchSharp's functional operations of neural networks.</summary>
    public string Functional => Alias("functional");

    /// <summary>The namespace of TorchSharp's modules, for types only: elsewhere the name means a method that modules inherit.</summary>
    public string Modules => Alias("modules");

    /// <summary>The module whose nested type selects how GELU is computed.</summary>
    public string Gelu => Alias("GELU");

    /// <summary>The runtime's operations on tensors and numbers.</summary>
    public string Arithmetic => Alias("arithmetic");

    /// <summary>TorchSharp's tensors.</summary>
    public string Tensor => Alias("Tensor");

    /// <summary>The directives that the names used so far need.</summary>
    public IEnumerable<string> Directives =>
        [
            .. _usedNamespaces.Select(static name => $"using global::{name};"),
            .. _usedAliases.Select(static name => $"using {name} = global::{Aliases[name]};"),
        ];

    /// <summary>A type of the runtime.</summary>
    public string Runtime(string name)
    {
        var space = RuntimeTypes.NamespaceOf(name);
        if (_areAllHidden || _hidden.Contains(name) || !RuntimeTypes.Namespaces.ContainsKey(name))
        {
            return $"global::{space}.{name}";
        }

        _usedNamespaces.Add(space);
        return name;
    }

    /// <summary>The class of a model of the project.</summary>
    /// <param name="name">Its name in a spec.</param>
    public string Model(string name) => Models[name];

    /// <summary>A member that the class inherits, which another part of the class may hide.</summary>
    public string Inherited(string name) => _hidden.Contains(name) ? $"base.{name}" : name;

    /// <summary>The name of a class as text.</summary>
    public string NameOf(string type) => _hidden.Contains(OperatorOfNames) ? Literal.Of(type) : $"{OperatorOfNames}({type})";

    private string Alias(string name)
    {
        if (_areAllHidden || _hidden.Contains(name))
        {
            return $"global::{Aliases[name]}";
        }

        _usedAliases.Add(name);
        return name;
    }
}
