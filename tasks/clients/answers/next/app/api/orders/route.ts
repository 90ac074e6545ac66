export async function POST(request: Request): Promise<Response> {
  const { items } = await request.json();
  return Response.json({ ordered: items.length }, { status: 201 });
}
