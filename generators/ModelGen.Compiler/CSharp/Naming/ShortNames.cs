namespace ModelGen.Compiler.CSharp.Naming;

/// <summary>
/// The short names that a generated file has for the types of TorchSharp and of the runtime. Where anything of the user's or of the model
/// has such a name, the code says the full one there: so it compiles whatever else is called what.
/// </summary>
/// <remarks>
/// The directives that bring the names stand inside the namespace, where they go before whatever namespaces around it and global directives
/// have. A file without a namespace has no such place, so there all names are full.
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

    private readonly HashSet<string> _hidden;
    private readonly bool _areAllHidden;
    private readonly SortedSet<string> _usedAliases = new(StringComparer.Ordinal);
    private readonly SortedSet<string> _usedNamespaces = new(StringComparer.Ordinal);

    /// <param name="hidden">Names that mean something else where the code stands.</param>
    /// <param name="hasNamespace">Whether the file has a namespace.</param>
    public ShortNames(IEnumerable<string> hidden, bool hasNamespace)
    {
        _hidden = new HashSet<string>(hidden, StringComparer.Ordinal);
        _areAllHidden = !hasNamespace;
    }

    /// <summary>All of them: what of the user's may hide one.</summary>
    public static IReadOnlyCollection<string> All { get; } =
        new HashSet<string>(Aliases.Keys.Concat(RuntimeTypes.Namespaces.Keys), StringComparer.Ordinal);

    /// <summary>Those that a local variable could hide.</summary>
    public static IEnumerable<string> InLowerCase => Aliases.Keys.Where(static name => char.IsLower(name[0]));

    /// <summary>TorchSharp's functions and its types.</summary>
    public string Torch => Alias("torch");

    /// <summary>TorchSharp's makers of modules.</summary>
    public string Nn => Alias("nn");

    /// <summary>TorchSharp's operations of neural networks.</summary>
    public string Functional => Alias("functional");

    /// <summary>
    /// The namespace of TorchSharp's modules, in types alone: elsewhere it means the method of that name which modules inherit.
    /// </summary>
    public string Modules => Alias("modules");

    /// <summary>The module whose nested type says how a gelu is computed.</summary>
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
