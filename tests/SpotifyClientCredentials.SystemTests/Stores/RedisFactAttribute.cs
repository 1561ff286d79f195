using System.Runtime.CompilerServices;

namespace SpotifyClientCredentials.SystemTests.Stores;

/// <summary>A test that needs <c>redis-server</c>. Without it the test is skipped, with the reason in its display name, because most runners print it nowhere else.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class RedisFactAttribute : FactAttribute
{
    public RedisFactAttribute([CallerMemberName] string test = "")
    {
        Skip = RedisServerStore.IsInstalled ? null : "redis-server is not on the PATH.";
        DisplayName = Skip is null ? null : $"{test}: {Skip}";
    }
}
