using ModelGen.Native;
using Mono.Cecil;

namespace ModelGen.EndToEnd.Tests.Native;

/// <summary>What the code of the runtime calls.</summary>
internal static class RuntimeCode
{
    /// <summary>The types, those outside of all others, whose code calls methods of other types of the runtime.</summary>
    /// <param name="called">These types.</param>
    public static IReadOnlyList<Type> TypesThatCall(params Type[] called)
    {
        var names = called.Select(static type => type.FullName).ToHashSet();
        var runtime = typeof(TensorArithmetic).Assembly;
        using var assembly = AssemblyDefinition.ReadAssembly(runtime.Location);
        return
        [
            .. assembly
                .MainModule.Types.Where(type => Calls(type, names) && !names.Contains(type.FullName))
                .Select(type => runtime.GetType(type.FullName)!),
        ];
    }

    private static bool Calls(TypeDefinition type, HashSet<string?> names) =>
        type.NestedTypes.Any(nested => Calls(nested, names))
        || type.Methods.Where(static method => method.HasBody)
            .SelectMany(static method => method.Body.Instructions)
            .Any(instruction => instruction.Operand is MethodReference method && names.Contains(method.DeclaringType.FullName));
}
