using System.Reflection;
using System.Runtime.Versioning;
using SpotifyClientCredentials.Testing;

namespace SpotifyClientCredentials.Tests;

/// <summary>Whether the tests ran against the target framework that they were built for.</summary>
public sealed class PackageTargetTests
{
    [Theory]
    [InlineData(typeof(ClientCredentialsTokenProvider))]
    [InlineData(typeof(FakeSpotify))]
    public void LoadedAssembly_OfEachPackage_HasTheTargetOfTheTests(Type type)
    {
        string target = typeof(PackageTargetTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(data => data.Key == "PackageTarget").Value!;

        Assert.Equal(
            $".NETCoreApp,Version=v{target["net".Length..]}",
            type.Assembly.GetCustomAttribute<TargetFrameworkAttribute>()?.FrameworkName);
    }
}
