#pragma warning disable IDE0130, IDE0060, CA1812, CA1822, CA1823, CA1852 // types that exist to be read by ArrowsTests, in the namespaces that it reads
using SpotifyClientCredentials.Tests.PlantedArrows.Attach;
using SpotifyClientCredentials.Tests.PlantedArrows.Cache;

namespace SpotifyClientCredentials.Tests.PlantedArrows
{
    internal sealed class PlantedRoot
    {
        public Attach.Target Allowed() => new();
    }
}

namespace SpotifyClientCredentials.Tests.PlantedArrows.Fetch
{
    internal sealed class Target;

    internal sealed class ByGenericArgument
    {
        public void Use(List<Cache.Target> argument)
        {
        }
    }

    internal sealed class ByInstruction
    {
        public object Use() => new Share.Target();
    }
}

namespace SpotifyClientCredentials.Tests.PlantedArrows.Share
{
    internal class Target
    {
        public Fetch.Target Allowed() => new();
    }

    [Target]
    internal sealed class ByAttribute;

    internal sealed class ByLocal
    {
        public string Use()
        {
            Configure.Target? local = null;
            return $"{local}{local}";
        }
    }
}

namespace SpotifyClientCredentials.Tests.PlantedArrows.Cache
{
    internal sealed class Target
    {
        public Fetch.Target? Allowed;
    }

    [AttributeUsage(AttributeTargets.Class)]
    internal sealed class TargetAttribute : Attribute;

    internal sealed class ByField
    {
        public Attach.Target? Field;
    }
}

namespace SpotifyClientCredentials.Tests.PlantedArrows.Attach
{
    internal sealed class Target
    {
        public ByField? Allowed() => null;
    }

    internal sealed class ByReturnType
    {
        public PlantedRoot? Use() => null;
    }
}

namespace SpotifyClientCredentials.Tests.PlantedArrows.Configure
{
    internal sealed class Target
    {
        public ByReturnType? Allowed() => null;
    }
}

namespace SpotifyClientCredentials.Tests.PlantedArrows.Observe
{
    internal sealed class ByAsyncLambda
    {
        public Func<Task<object>> Use() => async () =>
        {
            await Task.Yield();
            return new Fetch.Target();
        };
    }
}

namespace SpotifyClientCredentials.Tests.PlantedArrows.Common
{
    internal sealed class ByBaseType : Share.Target;
}
