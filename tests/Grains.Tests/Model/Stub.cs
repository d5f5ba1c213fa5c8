using System.Reflection;

namespace GaiaOrleans.Grains.Tests.Model;

/// <summary>An interface of Orleans of which the code under test uses a member or two; any other would be noticed.</summary>
public class Stub : DispatchProxy
{
    private Dictionary<string, Func<object?>> _members = [];

    internal static T Of<T>(params (string Name, Func<object?> Answer)[] members)
    {
        var stub = Create<T, Stub>()!;
        ((Stub)(object)stub)._members = members.ToDictionary(m => m.Name, m => m.Answer);
        return stub;
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) =>
        _members.TryGetValue(targetMethod!.Name, out var answer) ? answer() : throw new NotSupportedException($"{targetMethod.DeclaringType}.{targetMethod.Name} is not modelled.");
}
