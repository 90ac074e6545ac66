import { findUser } from '../../../lib/shop';

export default async function Page({ params }: { params: Promise<{ id: string }> }) {
  const user = await findUser((await params).id);
  return <h1>{user.name}</h1>;
}
